// SPDX-License-Identifier: EUPL-1.2
//! On what the figures were measured, since a figure without its machine says nothing.

use std::time::Duration;

use basisnet_node::clock::Clock;

/// In which Linux counts the time of a process, on every architecture that it tells it of.
const TICK_MILLIS: u64 = 10;

/// One line: processor, cores, memory, kernel, profile and day.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let profile = if cfg!(debug_assertions) {
        "development"
    } else {
        "release"
    };
    format!(
        "{}, {cores} cores, {} GiB, Linux {}, {profile} profile, {}",
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned()),
        memory_gib(),
        read("/proc/sys/kernel/osrelease").trim(),
        Clock::machine().now().date(),
    )
}

/// Resident memory of a process, in kB; nothing when it is gone.
pub(crate) fn resident_kb(pid: u32) -> Option<u64> {
    let line = field(&format!("/proc/{pid}/status"), "VmRSS")?;
    line.split_whitespace().next()?.parse().ok()
}

/// The processor time of this process until now, all threads together.
pub(crate) fn processor_time() -> Duration {
    let stat = read("/proc/self/stat");
    // The second field is the name, in brackets; user and system time are the fourteenth and the fifteenth.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * TICK_MILLIS)
}

fn memory_gib() -> u64 {
    let total = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kilobytes: u64 = total
        .split_whitespace()
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    kilobytes / 1_048_576
}

fn field(path: &str, name: &str) -> Option<String> {
    read(path)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
