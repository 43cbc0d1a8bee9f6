// SPDX-License-Identifier: EUPL-1.2
//! The texts of the catalogue that comes with the program.

/// One purpose a file, by name.
pub(super) const TEXTS: [(&str, &str); 24] = [
    ("P01.toml", include_str!("../../catalogue/P01.toml")),
    ("P02.toml", include_str!("../../catalogue/P02.toml")),
    ("P03.toml", include_str!("../../catalogue/P03.toml")),
    ("P04.toml", include_str!("../../catalogue/P04.toml")),
    ("P05.toml", include_str!("../../catalogue/P05.toml")),
    ("P06.toml", include_str!("../../catalogue/P06.toml")),
    ("P07.toml", include_str!("../../catalogue/P07.toml")),
    ("P08.toml", include_str!("../../catalogue/P08.toml")),
    ("P09.toml", include_str!("../../catalogue/P09.toml")),
    ("P10.toml", include_str!("../../catalogue/P10.toml")),
    ("P11.toml", include_str!("../../catalogue/P11.toml")),
    ("P12.toml", include_str!("../../catalogue/P12.toml")),
    ("P13.toml", include_str!("../../catalogue/P13.toml")),
    ("P14.toml", include_str!("../../catalogue/P14.toml")),
    ("P15.toml", include_str!("../../catalogue/P15.toml")),
    ("P16.toml", include_str!("../../catalogue/P16.toml")),
    ("P17.toml", include_str!("../../catalogue/P17.toml")),
    ("P18.toml", include_str!("../../catalogue/P18.toml")),
    ("P19.toml", include_str!("../../catalogue/P19.toml")),
    ("P20.toml", include_str!("../../catalogue/P20.toml")),
    ("P21.toml", include_str!("../../catalogue/P21.toml")),
    ("P22.toml", include_str!("../../catalogue/P22.toml")),
    ("P23.toml", include_str!("../../catalogue/P23.toml")),
    ("P24.toml", include_str!("../../catalogue/P24.toml")),
];
