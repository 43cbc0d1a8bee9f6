// SPDX-License-Identifier: EUPL-1.2
//! What a key can hold. Each kind says in Dutch what it expected.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use basisnet_protocol::id::{GemeenteCode, NotAnOin, Oin};
use toml::de::DeValue;

use super::slip::did_you_mean;
use crate::store::Engine;

/// Something that can stand behind a key; `base` is the folder from which relative paths count.
pub(super) trait Value: Sized {
    fn read(value: &DeValue<'_>, base: &Path) -> Result<Self, String>;

    /// What absence means, for a key that may be absent.
    fn absent() -> Option<Self> {
        None
    }
}

fn text<'v>(value: &'v DeValue<'_>) -> Result<&'v str, String> {
    value
        .as_str()
        .ok_or_else(|| "verwacht tekst tussen aanhalingstekens".to_owned())
}

impl Value for String {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        text(value).map(str::to_owned)
    }
}

impl Value for PathBuf {
    fn read(value: &DeValue<'_>, base: &Path) -> Result<Self, String> {
        match text(value)? {
            "" => Err("verwacht een pad, en dit is leeg".to_owned()),
            path => Ok(base.join(path)),
        }
    }
}

impl Value for Oin {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        text(value)?.parse().map_err(|error| match error {
            NotAnOin::Length(length) => {
                format!("een OIN heeft 20 tekens, dit zijn er {length}; neem het over uit uw certificaat")
            }
            NotAnOin::Prefix => "de eerste acht cijfers van dit OIN zijn geen bekend register; neem het over uit uw \
                                 certificaat"
                .to_owned(),
            NotAnOin::Character => "een OIN bestaat uit cijfers en hoofdletters".to_owned(),
        })
    }
}

impl Value for GemeenteCode {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        text(value)?.parse().map_err(|_| {
            "een gemeentecode heeft vier cijfers, tussen aanhalingstekens, zoals \"0345\""
                .to_owned()
        })
    }
}

impl Value for SocketAddr {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        text(value)?.parse().map_err(|_| {
            "verwacht een IP-adres met poort, zoals \"127.0.0.1:7443\" of \"[::1]:7443\"".to_owned()
        })
    }
}

impl Value for Engine {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        match text(value)? {
            "redb" => Ok(Self::Redb),
            "sled" => Ok(Self::Sled),
            other => Err(format!(
                "`{other}` kan niet{}",
                did_you_mean(other, &["redb", "sled"], '"')
            )),
        }
    }
}

macro_rules! whole_number {
    ($($type:ty),+) => {$(
        impl Value for $type {
            fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
                value
                    .as_integer()
                    .and_then(|number| <$type>::from_str_radix(number.as_str(), number.radix()).ok())
                    .ok_or_else(|| format!("verwacht een geheel getal van 0 tot {}, zonder aanhalingstekens", <$type>::MAX))
            }
        }
    )+};
}
whole_number!(u32, u64);

impl<V: Value> Value for Option<V> {
    fn read(value: &DeValue<'_>, base: &Path) -> Result<Self, String> {
        V::read(value, base).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<V: Value> Value for Vec<V> {
    fn read(value: &DeValue<'_>, base: &Path) -> Result<Self, String> {
        let items = value.as_array().ok_or_else(|| {
            "verwacht een lijst tussen rechte haken, zoals [\"een\", \"twee\"]".to_owned()
        })?;
        if items.len() > 100 {
            return Err(format!(
                "een lijst heeft hoogstens 100 waarden, deze {}",
                items.len()
            ));
        }
        items
            .iter()
            .map(|item| V::read(item.get_ref(), base))
            .collect()
    }
}

/// Defines a choice out of a closed list of words.
macro_rules! choice {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word in the configuration.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl Value for $name {
            fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
                match text(value)? {
                    $($word => Ok(Self::$variant),)+
                    other => Err(format!("`{other}` kan niet{}", did_you_mean(other, &[$($word),+], '"'))),
                }
            }
        }
    };
}

choice! {
    /// The form of the technical log.
    pub enum LogForm {
        /// For people.
        Text = "tekst",
        /// For machines: a JSON object a line.
        Json = "json",
    }
}

choice! {
    /// How much the technical log says.
    pub enum Level {
        /// Faults.
        Error = "error",
        /// And what may become one.
        Warn = "warn",
        /// And what happens.
        Info = "info",
        /// And how.
        Debug = "debug",
        /// And each step of it.
        Trace = "trace",
    }
}

/// The name of a network of nodes: 1 to 64 lower case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkId(String);

impl NetworkId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for NetworkId {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        let name = text(value)?;
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
            Ok(Self(name.to_owned()))
        } else {
            Err("verwacht 1 tot 64 kleine letters, cijfers en streepjes".to_owned())
        }
    }
}

/// Where an authority publishes its list of revoked certificates: an address over plain HTTP. The list is signed, so
/// authorities offer it that way (RFC 5280, section 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAddress(String);

impl ListAddress {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for ListAddress {
    fn read(value: &DeValue<'_>, _: &Path) -> Result<Self, String> {
        let address = text(value)?;
        if address.starts_with("https://") {
            return Err(
                "een CRL wordt over http opgehaald, want zij is ondertekend; neem het http-adres uit het certificaat, of \
                 haal haar zelf op en noem het bestand bij `crls`"
                    .to_owned(),
            );
        }
        let uri = address.parse::<axum::http::Uri>().ok();
        let named = uri
            .as_ref()
            .and_then(|uri| uri.authority())
            .is_some_and(|authority| {
                !authority.host().is_empty() && !authority.as_str().contains('@')
            });
        if named && address.starts_with("http://") && address.len() <= 1_000 {
            Ok(Self(address.to_owned()))
        } else {
            Err(
                "verwacht het adres van een CRL, zoals \"http://crl.voorbeeld.nl/lijst.crl\""
                    .to_owned(),
            )
        }
    }
}
