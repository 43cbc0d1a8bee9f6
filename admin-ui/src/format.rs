// SPDX-License-Identifier: EUPL-1.2
//! Days, moments and numbers as people in the Netherlands write them.
//!
//! Moments are shown in Dutch civil time. The rule for summer time has been the same since 1996, so it is written
//! out here and no table of time zones is needed.

/// A day in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

const DAY_SECONDS: u64 = 86_400;

impl Day {
    /// As in `21-11-2026`.
    #[must_use]
    pub fn written(self) -> String {
        format!("{:02}-{:02}-{:04}", self.day, self.month, self.year)
    }

    /// As machines want it: `2026-11-21`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The day so many days after 1970-01-01.
    #[must_use]
    pub fn from_days(days: u64) -> Self {
        let days = i64::try_from(days).unwrap_or(i64::MAX / 2);
        // Civil from days: count in eras of 400 years that start on 1 March, so that the leap day comes last.
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }
}

impl Moment {
    /// The day in Dutch civil time.
    #[must_use]
    pub fn day(self) -> Day {
        Day::from_days(self.local_seconds() / DAY_SECONDS)
    }

    /// As in `21-11-2026 14:05`.
    #[must_use]
    pub fn written(self) -> String {
        let of_day = self.local_seconds() % DAY_SECONDS;
        format!(
            "{} {:02}:{:02}",
            self.day().written(),
            of_day / 3_600,
            of_day % 3_600 / 60
        )
    }

    /// As machines want it: RFC 3339 in UTC.
    #[must_use]
    pub fn iso(self) -> String {
        let seconds = self.0 / 1_000;
        let of_day = seconds % DAY_SECONDS;
        let day = Day::from_days(seconds / DAY_SECONDS).iso();
        format!(
            "{day}T{:02}:{:02}:{:02}Z",
            of_day / 3_600,
            of_day % 3_600 / 60,
            of_day % 60
        )
    }

    fn local_seconds(self) -> u64 {
        let seconds = self.0 / 1_000;
        let hours = if is_summer_time(seconds) { 2 } else { 1 };
        seconds + hours * 3_600
    }
}

/// From the last Sunday of March 01:00 UTC until the last Sunday of October 01:00 UTC.
fn is_summer_time(seconds: u64) -> bool {
    let days = seconds / DAY_SECONDS;
    let today = Day::from_days(days);
    let last_sunday_from_now = |day: u8| {
        // 1970-01-01 was a Thursday; Sunday is 0.
        let weekday = (days + 4) % 7;
        let first = days.saturating_sub(u64::from(day) - 1);
        let last = first + 30;
        let weekday_of_last = (weekday + (last - days)) % 7;
        (last - weekday_of_last) * DAY_SECONDS + 3_600
    };
    match today.month {
        4..=9 => true,
        3 => seconds >= last_sunday_from_now(today.day),
        10 => seconds < last_sunday_from_now(today.day),
        _ => false,
    }
}

/// With points between the thousands: `1.234`.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push('.');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_the_dutch_way() {
        assert_eq!(Day::from_days(0).written(), "01-01-1970");
        assert_eq!(Day::from_days(19_782).written(), "29-02-2024");
        assert_eq!(Day::from_days(20_778).iso(), "2026-11-21");
    }

    #[test]
    fn moments_are_shown_in_dutch_time_in_winter_and_in_summer() {
        assert_eq!(Moment(1_795_219_500_000).written(), "21-11-2026 01:05");
        assert_eq!(Moment(1_795_219_500_000).iso(), "2026-11-21T00:05:00Z");
        assert_eq!(Moment(1_782_864_000_000).written(), "01-07-2026 02:00");
    }

    #[test]
    fn the_clock_changes_on_the_last_sundays_of_march_and_october() {
        let march = 1_774_746_000_000; // 2026-03-29T01:00:00Z
        assert_eq!(Moment(march - 60_000).written(), "29-03-2026 01:59");
        assert_eq!(Moment(march).written(), "29-03-2026 03:00");
        let october = 1_792_890_000_000; // 2026-10-25T01:00:00Z
        assert_eq!(Moment(october - 60_000).written(), "25-10-2026 02:59");
        assert_eq!(Moment(october).written(), "25-10-2026 02:00");
    }

    #[test]
    fn thousands_are_set_apart_by_points() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1.000");
        assert_eq!(number(1_234_567), "1.234.567");
    }
}
