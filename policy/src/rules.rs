// SPDX-License-Identifier: EUPL-1.2
//! The rule texts, read once and strictly: what is not wholly clear is not loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use basisnet_protocol::octets::Octets;
use cedar_policy::{
    Effect, Entities, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use sha2::{Digest, Sha256};

use crate::guard::{Guard, GuardId};

/// The vocabulary of the rules.
const SCHEMA: &str = include_str!("../guards/schema.cedarschema");

/// The rules that come with the program, each file with its name.
const TEXTS: [(&str, &str); 11] = [
    (
        "00-toestaan.cedar",
        include_str!("../guards/00-toestaan.cedar"),
    ),
    (
        "01-convenant.cedar",
        include_str!("../guards/01-convenant.cedar"),
    ),
    ("02-doel.cedar", include_str!("../guards/02-doel.cedar")),
    (
        "03-grondslag.cedar",
        include_str!("../guards/03-grondslag.cedar"),
    ),
    (
        "04-gegevens.cedar",
        include_str!("../guards/04-gegevens.cedar"),
    ),
    ("05-rol.cedar", include_str!("../guards/05-rol.cedar")),
    (
        "06-persoon.cedar",
        include_str!("../guards/06-persoon.cedar"),
    ),
    (
        "07-bewaren.cedar",
        include_str!("../guards/07-bewaren.cedar"),
    ),
    ("08-weging.cedar", include_str!("../guards/08-weging.cedar")),
    (
        "09-aantallen.cedar",
        include_str!("../guards/09-aantallen.cedar"),
    ),
    (
        "10-gebruik.cedar",
        include_str!("../guards/10-gebruik.cedar"),
    ),
];

/// The name of the one permit.
const PERMIT: &str = "P01-toestaan";

/// The legal tests that every set of rules must hold. A gemeente may add tests (`L..`), never drop one of these.
const REQUIRED: [&str; 37] = [
    "V01-lid",
    "V02-lid-bron",
    "V03-convenant-actief",
    "V04-niet-geschorst",
    "V05-paar",
    "V10-doel-bekend",
    "V11-doel-geldig",
    "V12-doel-convenant",
    "V13-doel-in-werking",
    "V14-treffen-alleen-p08",
    "V15-doel-voor-inzage",
    "V16-treffer",
    "V17-doel-voor-telling",
    "V20-grondslag-doel",
    "V21-grondslag-convenant",
    "V30-categorie-convenant",
    "V31-categorie-doel",
    "V32-geen-bijzondere-gegevens",
    "V33-label-gehoord",
    "V34-label-persoon",
    "V35-gevraagd",
    "V40-rol-doel",
    "V41-rol-convenant",
    "V50-persoon-convenant",
    "V51-persoon-doel",
    "V52-beperking",
    "V60-bewaartermijn-bron",
    "V61-bewaartermijn-doel",
    "V62-bewaartermijn-convenant",
    "V63-bewaartermijn-niet-voorbij-bron",
    "V70-weging",
    "V71-zaak",
    "V80-budget",
    "V81-kleinste-groep",
    "V82-kleinste-groep-afspraak",
    "V90-zelfde-doel",
    PERMIT,
];

/// Why a set of rules is not used. In Dutch, because jurists write them.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The vocabulary is not in order.
    #[error("de woordenlijst van de regels klopt niet: {fault}; herstel `schema.cedarschema`")]
    Schema {
        /// What the parser says.
        fault: String,
    },
    /// A text that is not Cedar.
    #[error("`{file}` is geen geldige regeltekst: {fault}; herstel die plaats in het bestand")]
    Syntax {
        /// Which file.
        file: String,
        /// What the parser says.
        fault: String,
    },
    /// A rule without one of its four annotations, or with an empty one.
    #[error(
        "een regel in `{file}` mist `@{annotation}`; geef elke regel `@id`, `@wet`, `@uitleg` en `@nodig`"
    )]
    MissingAnnotation {
        /// Which file.
        file: String,
        /// What is missing.
        annotation: &'static str,
    },
    /// An annotation that means nothing here, most often a typing error.
    #[error(
        "`{rule}` heeft een onbekende aantekening `@{annotation}`; alleen `@id`, `@wet`, `@uitleg` en `@nodig` bestaan"
    )]
    UnknownAnnotation {
        /// Which rule.
        rule: String,
        /// Which annotation.
        annotation: String,
    },
    /// Two rules with one name.
    #[error("er zijn twee regels met de naam `{0}`; geef een van beide een andere naam")]
    DuplicateId(String),
    /// A name that is neither one of ours nor a local one.
    #[error(
        "de regel `{0}` is onbekend; een eigen regel begint met een L, zoals `L01-eigen-toets`"
    )]
    UnknownId(String),
    /// A legal test is missing.
    #[error("de toets `{0}` ontbreekt; zonder deze toets wordt niets geladen")]
    MissingGuard(String),
    /// A rule of the wrong kind: a second permit, or a permit where a test belongs.
    #[error(
        "de regel `{0}` is van de verkeerde soort; er is één `permit`, alle andere regels zijn `forbid`"
    )]
    WrongEffect(String),
    /// A template; convenanten are data here, never rules.
    #[error("`{0}` bevat een sjabloon; schrijf de regel uit")]
    Template(String),
    /// The validator has an error or a warning.
    #[error("de regels passen niet bij de woordenlijst: {fault}")]
    Invalid {
        /// What the validator says, in its order.
        fault: String,
    },
}

/// The rules in force: one permit and the legal tests, checked against their vocabulary.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) schema: Schema,
    pub(crate) policies: PolicySet,
    pub(crate) entities: Entities,
    pub(crate) permit: PolicyId,
    guards: BTreeMap<GuardId, Guard>,
    hash: Octets<32>,
}

impl Rules {
    /// The rules that come with the program.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::load(&[])
    }

    /// The rules that come with the program and tests that a gemeente adds, as file name and text.
    pub fn load(local: &[(&str, &str)]) -> Result<Self, LoadError> {
        let texts: Vec<(&str, &str)> = TEXTS.iter().chain(local).copied().collect();
        Self::from_texts(SCHEMA, &texts)
    }

    /// A vocabulary and rules of which every text is given.
    pub fn from_texts(schema: &str, texts: &[(&str, &str)]) -> Result<Self, LoadError> {
        let rules = Self::assemble(schema, texts)?;
        let missing = REQUIRED
            .iter()
            .find(|id| **id != PERMIT && !rules.guards.keys().any(|guard| guard.as_str() == **id));
        match missing {
            Some(id) => Err(LoadError::MissingGuard((*id).to_owned())),
            None => Ok(rules),
        }
    }

    /// The rules with one test left out, to prove that some case then comes out otherwise.
    #[doc(hidden)]
    pub fn testing_only_without(&self, guard: &GuardId) -> Result<Self, LoadError> {
        let policies = self
            .policies
            .policies()
            .filter(|policy| policy.id() != &PolicyId::new(guard.as_str()))
            .cloned()
            .collect();
        Self::checked(SCHEMA, policies)
    }

    /// A legal test, by name.
    #[must_use]
    pub fn guard(&self, id: &GuardId) -> Option<&Guard> {
        self.guards.get(id)
    }

    /// All legal tests, sorted by name, without the two that are about the engine itself.
    pub fn guards(&self) -> impl Iterator<Item = &Guard> {
        self.guards
            .values()
            .filter(|guard| !guard.id.as_str().starts_with('X'))
    }

    /// SHA-256 over the vocabulary and every rule, sorted by name: the same rules in other files are the same.
    #[must_use]
    pub const fn hash(&self) -> Octets<32> {
        self.hash
    }

    fn assemble(schema: &str, texts: &[(&str, &str)]) -> Result<Self, LoadError> {
        let mut names = BTreeSet::new();
        let mut policies = Vec::new();
        for (file, text) in texts {
            for policy in parse(file, text)? {
                if !names.insert(policy.id().to_string()) {
                    return Err(LoadError::DuplicateId(policy.id().to_string()));
                }
                policies.push(policy);
            }
        }
        Self::checked(schema, policies)
    }

    fn checked(schema_text: &str, rules: Vec<Policy>) -> Result<Self, LoadError> {
        let (schema, warnings) =
            Schema::from_cedarschema_str(schema_text).map_err(|fault| LoadError::Schema {
                fault: fault.to_string(),
            })?;
        if let Some(warning) = warnings.map(|w| w.to_string()).next() {
            return Err(LoadError::Schema { fault: warning });
        }
        let entities = schema
            .action_entities()
            .map_err(|fault| LoadError::Schema {
                fault: fault.to_string(),
            })?;
        let guards = describe(&rules)?;
        let hash = hash_of(schema_text, &rules);
        let policies = PolicySet::from_policies(rules)
            .map_err(|fault| LoadError::DuplicateId(fault.to_string()))?;
        validate(&schema, &policies)?;
        Ok(Self {
            schema,
            policies,
            entities,
            permit: PolicyId::new(PERMIT),
            guards,
            hash,
        })
    }
}

/// The policies of one text, named by their `@id` instead of by their place.
fn parse(file: &str, text: &str) -> Result<Vec<Policy>, LoadError> {
    let set = PolicySet::from_str(text).map_err(|fault| LoadError::Syntax {
        file: file.to_owned(),
        fault: fault.to_string(),
    })?;
    if set.templates().next().is_some() {
        return Err(LoadError::Template(file.to_owned()));
    }
    set.policies().map(|policy| named(file, policy)).collect()
}

fn named(file: &str, policy: &Policy) -> Result<Policy, LoadError> {
    for annotation in ["id", "wet", "uitleg", "nodig"] {
        if policy
            .annotation(annotation)
            .is_none_or(|text| text.trim().is_empty())
        {
            return Err(LoadError::MissingAnnotation {
                file: file.to_owned(),
                annotation,
            });
        }
    }
    let id = policy.annotation("id").unwrap_or_default().to_owned();
    let unknown = policy
        .annotations()
        .find(|(name, _)| !["id", "wet", "uitleg", "nodig"].contains(name));
    if let Some((name, _)) = unknown {
        return Err(LoadError::UnknownAnnotation {
            rule: id,
            annotation: name.to_owned(),
        });
    }
    let known = REQUIRED.contains(&id.as_str());
    let local = id.parse().is_ok_and(|id: GuardId| id.is_local());
    if !known && !local {
        return Err(LoadError::UnknownId(id));
    }
    let permits = policy.effect() == Effect::Permit;
    if permits != (id == PERMIT) {
        return Err(LoadError::WrongEffect(id));
    }
    Ok(policy.new_id(PolicyId::new(id)))
}

fn describe(rules: &[Policy]) -> Result<BTreeMap<GuardId, Guard>, LoadError> {
    let mut guards: BTreeMap<_, _> = Guard::built_in()
        .into_iter()
        .map(|guard| (guard.id.clone(), guard))
        .collect();
    for policy in rules
        .iter()
        .filter(|policy| policy.effect() == Effect::Forbid)
    {
        let text = |name| policy.annotation(name).unwrap_or_default().to_owned();
        let id: GuardId = text("id")
            .parse()
            .map_err(|_| LoadError::UnknownId(text("id")))?;
        let guard = Guard {
            id: id.clone(),
            law: text("wet"),
            explanation: text("uitleg"),
            remedy: text("nodig"),
        };
        guards.insert(id, guard);
    }
    Ok(guards)
}

/// Errors and warnings alike: a rule that can never say no is a hole, and the validator only warns of it.
fn validate(schema: &Schema, policies: &PolicySet) -> Result<(), LoadError> {
    let outcome = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if outcome.validation_passed_without_warnings() {
        return Ok(());
    }
    let mut faults: Vec<String> = outcome
        .validation_errors()
        .map(ToString::to_string)
        .collect();
    faults.extend(outcome.validation_warnings().map(ToString::to_string));
    faults.sort();
    Err(LoadError::Invalid {
        fault: faults.join("; "),
    })
}

fn hash_of(schema: &str, rules: &[Policy]) -> Octets<32> {
    let texts: BTreeMap<String, String> = rules
        .iter()
        .map(|policy| (policy.id().to_string(), policy.to_string()))
        .collect();
    let mut hash = Sha256::new();
    hash.update(b"basisnet/policy/v1");
    for part in std::iter::once(schema).chain(texts.values().map(String::as_str)) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    Octets(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = r#"@id("L01-eigen") @wet("eigen beleid") @uitleg("Niet op deze dag") @nodig("een andere dag")
        forbid (principal, action == Action::"ask", resource) when { context.now < 5 };"#;

    fn with(text: &str) -> Result<Rules, LoadError> {
        Rules::load(&[("eigen.cedar", text)])
    }

    #[test]
    fn the_rules_that_come_with_the_program_load() {
        let rules = Rules::embedded().unwrap();
        assert_eq!(rules.guards().count(), REQUIRED.len() - 1);
    }

    #[test]
    fn a_local_test_may_be_added() {
        let rules = with(LOCAL).unwrap();
        assert!(rules.guards().any(|guard| guard.id.is_local()));
        assert_ne!(rules.hash(), Rules::embedded().unwrap().hash());
    }

    #[test]
    fn a_missing_test_refuses_to_load() {
        let texts: Vec<_> = TEXTS
            .iter()
            .copied()
            .filter(|(file, _)| !file.starts_with("10"))
            .collect();
        let refused = Rules::from_texts(SCHEMA, &texts).unwrap_err();
        assert!(matches!(refused, LoadError::MissingGuard(id) if id == "V90-zelfde-doel"));
    }

    #[test]
    fn a_rule_text_with_any_fault_refuses_to_load() {
        let cases = [
            ("forbid (principal", "Syntax"),
            (
                &LOCAL.replace("@wet(\"eigen beleid\")", ""),
                "MissingAnnotation",
            ),
            (&LOCAL.replace("eigen beleid", " "), "MissingAnnotation"),
            (
                &LOCAL.replace("@nodig", "@nodg(\"x\") @nodig"),
                "UnknownAnnotation",
            ),
            (&LOCAL.replace("L01-eigen", "V01-lid"), "DuplicateId"),
            (&LOCAL.replace("L01-eigen", "V99-nieuw"), "UnknownId"),
            (&LOCAL.replace("L01-eigen", "x"), "UnknownId"),
            (&LOCAL.replace("forbid", "permit"), "WrongEffect"),
            (
                &LOCAL.replace("(principal,", "(principal == ?principal,"),
                "Template",
            ),
            (&LOCAL.replace("context.now", "context.nou"), "Invalid"),
            (&LOCAL.replace("\"ask\"", "\"vraag\""), "Invalid"),
            (
                &LOCAL.replace("context.now < 5", "context has entry && false"),
                "Invalid",
            ),
            (
                &LOCAL.replace("context.now < 5", "context.restricted"),
                "Invalid",
            ),
            (
                &LOCAL.replace("context.now < 5", "resource == Category::\"verdenking\""),
                "Invalid",
            ),
        ];
        for (text, expected) in cases {
            let refused = format!("{:?}", with(text).unwrap_err());
            assert!(refused.starts_with(expected), "{expected}: {refused}");
        }
    }

    #[test]
    fn a_test_that_can_never_say_no_refuses_to_load() {
        let dead = LOCAL.replace("resource)", "resource is Org)");
        assert!(matches!(with(&dead), Err(LoadError::Invalid { .. })));
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_the_files() {
        let mut texts = TEXTS;
        texts.reverse();
        let turned = Rules::from_texts(SCHEMA, &texts).unwrap();
        assert_eq!(turned.hash(), Rules::embedded().unwrap().hash());
    }

    #[test]
    fn every_test_explains_itself_in_whole_words() {
        for guard in Rules::embedded().unwrap().guards() {
            assert!(
                guard.explanation.len() > 20 && !guard.explanation.ends_with('.'),
                "{guard:?}"
            );
            assert!(
                !guard.remedy.is_empty() && !guard.law.is_empty(),
                "{guard:?}"
            );
        }
    }
}
