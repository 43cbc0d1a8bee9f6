// SPDX-License-Identifier: EUPL-1.2
//! The catalogue as the rules look it up.

use std::collections::HashSet;

use cedar_policy::{Entity, EntityUid};

use super::value::{self, Value, many, one};
use super::{Attribute, Words, moment, number, present, term};
use crate::catalogue::{Catalogue, Entry, NaturalPersons};

impl Words {
    /// The catalogue as the rules see it. It is the same for every question, so it is written down once.
    ///
    /// None when it cannot be written down.
    pub(crate) fn entries(&self, catalogue: &Catalogue) -> Option<Vec<Entity>> {
        let entity = |entry| {
            let attributes = value::expressions(present(self.entry(entry)))?;
            let attributes = attributes.into_iter().collect();
            Entity::new(self.name_of(entry), attributes, HashSet::new()).ok()
        };
        catalogue.entries().map(entity).collect()
    }

    fn entry(&self, entry: &Entry) -> Vec<Attribute<'_>> {
        let classes = entry.data_classes.iter().map(|class| class.as_str());
        let fields = entry.fields.iter().map(|field| field.as_str());
        let bases = entry.bases.iter().map(|basis| basis.code.as_str());
        let exchange = entry.exchange.iter().map(|exchange| exchange.as_str());
        let roles = entry.roles.iter().map(|role| role.as_str());
        let persons = entry.natural_persons == NaturalPersons::WithClause;
        vec![
            ("version", Some(number(entry.version))),
            ("bases", Some(many(&self.basis, bases))),
            ("categories", Some(self.categories(entry.categories.iter()))),
            ("roles", Some(many(&self.role, roles))),
            ("exchange", Some(many(&self.exchange, exchange))),
            ("followsTreffer", Some(Value::Truth(entry.follows_treffer))),
            ("naturalPersons", Some(Value::Truth(persons))),
            ("retentionMillis", Some(term(entry.retention_days))),
            ("minCell", Some(number(entry.min_cell))),
            ("validFrom", Some(moment(entry.valid_from.start()))),
            ("validUntil", Some(moment(entry.valid_until.start()))),
            ("domain", Some(one(&self.domain, entry.domain.as_str()))),
            ("dataClasses", Some(many(&self.data_class, classes))),
            ("forMember", Some(Value::Truth(entry.for_member))),
            ("fields", Some(many(&self.field, fields))),
        ]
    }

    fn name_of(&self, entry: &Entry) -> EntityUid {
        self.entry.uid(&named(entry))
    }
}

/// The name of a version of a purpose in the catalogue.
pub(super) fn named(entry: &Entry) -> String {
    format!("{}@{}", entry.id, entry.version)
}
