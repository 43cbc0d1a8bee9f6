// SPDX-License-Identifier: EUPL-1.2
//! Reads the fields of a draft one by one, and remembers what is wrong with each.

use std::collections::BTreeSet;
use std::str::FromStr;

use basisnet_protocol::convenant::{
    Budgets, Cadence, ConvenantContent, Delta, JoinRule, Member, PurposeTerms, Thresholds,
};
use basisnet_protocol::matching::Namespace;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::{Date, Period, Timestamp};
use toml::{Table, Value};

use super::DraftFault;
use crate::config::slip;

const TOP: [&str; 15] = [
    "groep",
    "naam",
    "versie",
    "vorige",
    "van",
    "tot",
    "nummers",
    "natuurlijke_personen",
    "kleinste_groep",
    "besluit",
    "eindigt_bij_opzegging",
    "controleur",
    "ritme",
    "grenzen",
    "leden",
];

/// A table of the draft, where it stands, and what was wrong so far.
pub(super) struct Form {
    table: Table,
    place: String,
    faults: Vec<DraftFault>,
}

impl Form {
    pub(super) fn parse(text: &str) -> Result<Self, Vec<DraftFault>> {
        let text = slip::without_mark(text);
        match text.parse::<Table>() {
            Ok(table) => Ok(Self::new(table, "")),
            Err(error) => {
                let (line, told) = slip::not_toml(text, &error);
                Err(vec![DraftFault::new(
                    "bestand",
                    format!("regel {line}: {told}"),
                )])
            }
        }
    }

    fn new(table: Table, place: &str) -> Self {
        Self {
            table,
            place: place.to_owned(),
            faults: Vec::new(),
        }
    }

    pub(super) fn into_faults(self) -> Vec<DraftFault> {
        self.faults
    }

    /// The content, if all of it could be read.
    pub(super) fn content(&mut self, nonce: Octets<16>) -> Option<ConvenantContent> {
        let allowed: Vec<_> = TOP.into_iter().chain(["doelen"]).collect();
        self.only(&allowed);
        let group_id = self.text("groep");
        let name = self.text("naam");
        let version = self.number("versie");
        let previous = self.optional("vorige");
        let valid = self.period();
        let namespaces = self.namespaces();
        let natural_persons = self.flag("natuurlijke_personen");
        let min_cell = self.number("kleinste_groep");
        let joining = self.one_of(
            "besluit",
            &[
                ("allen", JoinRule::All),
                ("meerderheid", JoinRule::Majority),
            ],
        );
        let ends_on_withdrawal = self.flag("eindigt_bij_opzegging");
        let auditor = self.optional("controleur");
        let cadence = self.within("ritme", Self::cadence);
        let budgets = self.within("grenzen", Self::budgets);
        let members = self.each("leden", Self::member);
        let purposes = self.each("doelen", Self::purpose);
        Some(ConvenantContent {
            v: 1,
            group_id: group_id?,
            name: name?,
            version: version?,
            previous: previous?,
            nonce,
            members: members?,
            purposes: purposes?,
            namespaces: namespaces?,
            natural_persons: natural_persons?,
            cadence: cadence?,
            budgets: budgets?,
            thresholds: Thresholds {
                min_cell: min_cell?,
            },
            auditor: auditor?,
            joining: joining?,
            ends_on_withdrawal: ends_on_withdrawal?,
            valid: valid?,
        })
    }

    fn cadence(&mut self) -> Option<Cadence> {
        self.only(&["publicatie_uren", "direct"]);
        let publication_hours = self.number("publicatie_uren");
        let direct = self.flag("direct");
        Some(Cadence {
            publication_hours: publication_hours?,
            delta: if direct? {
                Delta::Direct
            } else {
                Delta::Scheduled
            },
        })
    }

    fn budgets(&mut self) -> Option<Budgets> {
        self.only(&["inzage_per_dag"]);
        let inzage_per_day = self.number("inzage_per_dag")?;
        Some(Budgets { inzage_per_day })
    }

    fn member(&mut self) -> Option<Member> {
        self.only(&["oin", "naam", "gemeentecode"]);
        let oin = self.parsed("oin");
        let name = self.text("naam");
        let gemeente = self.optional("gemeentecode");
        Some(Member {
            oin: oin?,
            name: name?,
            gemeente: gemeente?,
        })
    }

    fn purpose(&mut self) -> Option<PurposeTerms> {
        self.only(&[
            "doel",
            "versie",
            "grondslagen",
            "categorieen",
            "rollen",
            "bewaardagen",
            "automatisch",
        ]);
        let id = self.parsed("doel");
        let version = self.number("versie");
        let legal_bases = self.set("grondslagen");
        let categories = self.set("categorieen");
        let roles = self.set("rollen");
        let retention_days = self.number("bewaardagen");
        let automatic = self.set("automatisch");
        Some(PurposeTerms {
            id: id?,
            version: version?,
            legal_bases: legal_bases?,
            categories: categories?,
            roles: roles?,
            retention_days: retention_days?,
            automatic: automatic?,
        })
    }

    fn period(&mut self) -> Option<Period> {
        let (from, until) = (self.moment("van"), self.moment("tot"));
        Some(Period {
            from: from?,
            until: until?,
        })
    }

    fn moment(&mut self, key: &str) -> Option<Timestamp> {
        let value = self.take(key)?;
        let text = value
            .as_datetime()
            .map(ToString::to_string)
            .or_else(|| value.as_str().map(str::to_owned))
            .unwrap_or_default();
        let moment = text
            .parse::<Date>()
            .map(Date::start)
            .ok()
            .or_else(|| text.parse().ok());
        moment.or_else(|| self.wrong(key, "geef een datum die bestaat, zoals \"2027-01-01\""))
    }

    fn namespaces(&mut self) -> Option<BTreeSet<Namespace>> {
        let named = self.texts("nummers")?;
        let read = |name: &String| match name.as_str() {
            "kvk" => Some(Namespace::Kvk),
            "agb" => Some(Namespace::Agb),
            "vestiging" => Some(Namespace::Vst),
            _ => None,
        };
        named
            .iter()
            .map(read)
            .collect::<Option<_>>()
            .or_else(|| self.wrong("nummers", "kies uit \"kvk\", \"agb\" en \"vestiging\""))
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let value = self.table.remove(key);
        if value.is_none() {
            self.fault(key, "deze sleutel ontbreekt; zet haar erbij");
        }
        value
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let text = self.take(key)?.as_str().map(str::to_owned);
        text.or_else(|| self.wrong(key, "hier hoort tekst, tussen aanhalingstekens"))
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let flag = self.take(key)?.as_bool();
        flag.or_else(|| self.wrong(key, "hier hoort `true` of `false`, zonder aanhalingstekens"))
    }

    fn number<N: TryFrom<i64>>(&mut self, key: &str) -> Option<N> {
        let number = self.take(key)?.as_integer();
        let number = number.and_then(|number| N::try_from(number).ok());
        number.or_else(|| {
            self.wrong(
                key,
                "hier hoort een heel getal dat past, zonder aanhalingstekens",
            )
        })
    }

    fn parsed<T: FromStr>(&mut self, key: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(key)?;
        text.parse().ok().or_else(|| self.wrong(key, hint(key)))
    }

    fn optional<T: FromStr>(&mut self, key: &str) -> Option<Option<T>>
    where
        T::Err: std::fmt::Display,
    {
        if self.table.contains_key(key) {
            self.parsed(key).map(Some)
        } else {
            Some(None)
        }
    }

    fn one_of<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == text);
        let names: Vec<_> = choices
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        chosen
            .map(|(_, value)| *value)
            .or_else(|| self.wrong(key, format!("kies uit {}", names.join(" en "))))
    }

    fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.take(key)?;
        let texts: Option<Vec<_>> = value.as_array().and_then(|items| {
            items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        });
        texts.or_else(|| {
            self.wrong(
                key,
                "hier hoort een lijst van teksten, zoals [\"een\", \"twee\"]",
            )
        })
    }

    fn set<T: FromStr + Ord>(&mut self, key: &str) -> Option<BTreeSet<T>> {
        let texts = self.texts(key)?;
        let read: Option<BTreeSet<T>> = texts.iter().map(|text| text.parse().ok()).collect();
        read.or_else(|| self.wrong(key, hint(key)))
    }

    fn within<T>(&mut self, key: &str, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        let Value::Table(table) = self.take(key)? else {
            return self.wrong(key, format!("hier hoort een tabel: [{key}]"));
        };
        self.inside(table, &self.name(key), read)
    }

    fn each<T>(&mut self, key: &str, read: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(key)? else {
            return self.wrong(key, format!("hier horen tabellen: [[{key}]]"));
        };
        let mut all = Some(Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            let place = format!("{}[{}]", self.name(key), index + 1);
            let one = if let Value::Table(table) = item {
                self.inside(table, &place, read)
            } else {
                self.wrong(key, format!("hier horen tabellen: [[{key}]]"))
            };
            all = all.zip(one).map(|(mut all, one)| {
                all.push(one);
                all
            });
        }
        all
    }

    fn inside<T>(
        &mut self,
        table: Table,
        place: &str,
        read: fn(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let mut inner = Self::new(table, place);
        let value = read(&mut inner);
        self.faults.append(&mut inner.faults);
        value
    }

    /// Names every key that does not belong here.
    fn only(&mut self, allowed: &[&str]) {
        let unknown: Vec<_> = self
            .table
            .keys()
            .filter(|key| !allowed.contains(&key.as_str()))
            .cloned()
            .collect();
        for key in unknown {
            let meant = slip::did_you_mean(&key, allowed, '`');
            self.fault(&key, format!("onbekende sleutel{meant}"));
        }
    }

    fn name(&self, key: &str) -> String {
        if self.place.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.place)
        }
    }

    fn fault(&mut self, key: &str, text: impl Into<String>) {
        let field = self.name(key);
        self.faults.push(DraftFault::new(field, text));
    }

    fn wrong<T>(&mut self, key: &str, text: impl Into<String>) -> Option<T> {
        self.fault(key, text);
        None
    }
}

/// What stands under a key that has a form of its own.
fn hint(key: &str) -> &'static str {
    match key {
        "oin" | "controleur" => {
            "hier hoort een OIN: 20 tekens, waarvan de eerste acht een register noemen"
        }
        "gemeentecode" => "hier hoort een gemeentecode van vier cijfers, zoals \"0345\"",
        "vorige" => "hier hoort het kenmerk van de vorige versie: 64 tekens 0-9 en a-f",
        "doel" => "hier hoort de code van een doel, zoals \"P08\"",
        "grondslagen" => "hier horen codes van grondslagen, zoals \"wmo-6.1\"",
        "categorieen" | "automatisch" => {
            "kies uit \"contract\", \"toezicht\", \"label\" en \"contact\""
        }
        "rollen" => {
            "kies uit \"toezichthouder_kwaliteit\", \"toezichthouder_rechtmatigheid\", \"contractmanager\", \"fg\", \
             \"verwerkingsverantwoordelijke\", \"beheerder\", \"beleid\", \"toegang\", \"afdeling\", \"financien\", \
             \"privacyfunctionaris\" en \"auditor\""
        }
        _ => "deze waarde past hier niet",
    }
}
