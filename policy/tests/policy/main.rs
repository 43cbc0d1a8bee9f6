// SPDX-License-Identifier: EUPL-1.2
//! Does the law come out right? Cases that a jurist can read, an oracle by hand, and properties over random questions.

#[cfg(test)]
mod acting;
#[cfg(test)]
mod authzen;
#[cfg(test)]
mod classes;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod fail_closed;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod purposes;
#[cfg(test)]
mod records;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod scene;
