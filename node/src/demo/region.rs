// SPDX-License-Identifier: EUPL-1.2
//! The invented region of the demonstration: five gemeenten and the aanbieders they contract.
//!
//! A pure function of one fixed seed. Only the sizes are real: 300 for Veenendaal by the rule of thumb, and the
//! numbers that the final report on Wmo variants gives for Apeldoorn (555), Arnhem (197) and Weert (48). Every
//! name is invented, no name is of a person, and the numbers lie outside what the registers give out: KVK numbers
//! start with `00` or `99`, AGB codes with `9899`.

use std::collections::BTreeSet;

use basisnet_protocol::id::{AgbCode, KvkNummer};
use basisnet_protocol::message::{ContractRole, LabelLetter, Law, Variant};

use super::names;
use super::place::Place;
use super::random::Repeatable;

use Place::{Amersfoort, Apeldoorn, Arnhem, Veenendaal, Weert};

/// With another seed it is another region.
const SEED: u64 = 0x0345_0307_0200_0202;

/// Which gemeenten share how many aanbieders. Adding up gives 300, 240, 555, 197 and 48.
const SHARED: [(&[Place], usize); 14] = [
    (&[Veenendaal, Amersfoort, Apeldoorn, Arnhem], 22),
    (&[Veenendaal, Amersfoort], 38),
    (&[Veenendaal, Apeldoorn], 30),
    (&[Veenendaal, Arnhem], 34),
    (&[Amersfoort, Apeldoorn], 40),
    (&[Amersfoort, Arnhem], 25),
    (&[Apeldoorn, Arnhem], 45),
    (&[Veenendaal, Weert], 5),
    (&[Apeldoorn, Weert], 4),
    (&[Veenendaal], 171),
    (&[Amersfoort], 115),
    (&[Apeldoorn], 414),
    (&[Arnhem], 71),
    (&[Weert], 39),
];

/// Of the 300 of Veenendaal: so many have a natural person behind them.
const NATURAL_IN_VEENENDAAL: usize = 27;
/// Of the 300 of Veenendaal: so many whose legal form nobody wrote down.
const UNKNOWN_IN_VEENENDAAL: usize = 61;

/// The legal form as the import file writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Nobody wrote it down.
    #[default]
    Unknown,
    /// Besloten vennootschap.
    Bv,
    /// Stichting.
    Stichting,
    /// Coöperatie.
    Cooperatie,
    /// Vereniging.
    Vereniging,
    /// One person, one business.
    Eenmanszaak,
    /// Partners who answer in person.
    Vof,
    /// Professionals who answer in person.
    Maatschap,
}

/// An invented aanbieder, as any of the gemeenten could have it on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The invented name of the business.
    pub name: String,
    /// Outside what the register gives out.
    pub kvk: KvkNummer,
    /// Outside what the register gives out; most have one.
    pub agb: Option<AgbCode>,
    /// The legal form, where known.
    pub form: Form,
    /// Where another form was written down by mistake, and which.
    pub mistaken: Option<(Place, Form)>,
    /// Which gemeenten have it on file.
    pub known_in: BTreeSet<Place>,
    /// What each of them has on file about it.
    pub involvements: Vec<(Place, Involvement)>,
}

/// What a gemeente has on file about an aanbieder. Days are `(year, month, day)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Involvement {
    /// A contract.
    Contract {
        /// Under which law.
        law: Law,
        /// Product categories of two digits.
        care_forms: Vec<&'static str>,
        /// How performance is paid.
        variant: Variant,
        /// Main or sub.
        role: ContractRole,
        /// The first day.
        from: &'static str,
        /// The last day, where there is one.
        until: Option<&'static str>,
    },
    /// Supervision.
    Toezicht {
        /// Of quality; else of lawfulness.
        quality: bool,
        /// Under which law.
        law: Law,
        /// When it began.
        opened: &'static str,
        /// When it ended.
        closed: Option<&'static str>,
    },
    /// A quality label whose hearing is over.
    Label {
        /// The letter.
        letter: LabelLetter,
        /// When it was given.
        date: &'static str,
    },
}

/// Everything that is invented.
#[derive(Clone, Debug)]
pub struct Region {
    providers: Vec<Provider>,
}

impl Region {
    /// The region, always the same.
    #[must_use]
    pub fn invent() -> Self {
        let mut random = Repeatable::new(SEED);
        let mut names = names::all();
        random.shuffle(&mut names);
        let mut names = names.into_iter();
        let mut providers = Vec::new();
        for (places, count) in SHARED {
            for _ in 0..count {
                let number = providers.len() + 1;
                let stem = names.next().unwrap_or_default();
                providers.extend(Provider::invent(&mut random, number, &stem, places));
            }
        }
        assign_forms(&mut random, &mut providers);
        for provider in &mut providers {
            provider.name = names::with_form(&provider.name, provider.form);
            provider.involvements = involvements(&mut random, provider);
        }
        write_the_leads(&mut providers);
        Self { providers }
    }

    /// All aanbieders of the region.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The aanbieders that a gemeente has on file.
    pub fn of(&self, place: Place) -> impl Iterator<Item = &Provider> {
        self.providers
            .iter()
            .filter(move |provider| provider.known_in.contains(&place))
    }

    /// The aanbieder that the story is about: known in all four, under supervision in Amersfoort.
    #[must_use]
    pub fn lead(&self) -> Option<&Provider> {
        self.providers.first()
    }

    /// A one-person business that Veenendaal and Amersfoort both know. Veenendaal took it for a company, so it asks;
    /// Amersfoort knows better, so it says what it says about somebody it never heard of.
    #[must_use]
    pub fn withheld(&self) -> Option<&Provider> {
        self.providers
            .iter()
            .find(|provider| provider.mistaken.is_some())
    }

    /// An aanbieder that nobody but Veenendaal has.
    #[must_use]
    pub fn unknown_elsewhere(&self) -> Option<&Provider> {
        let alone = BTreeSet::from([Veenendaal]);
        self.providers
            .iter()
            .find(|provider| provider.form == Form::Bv && provider.known_in == alone)
    }

    /// An aanbieder that Veenendaal shares with Weert only.
    #[must_use]
    pub fn outside(&self) -> Option<&Provider> {
        let both = BTreeSet::from([Veenendaal, Weert]);
        self.providers
            .iter()
            .find(|provider| provider.known_in == both && provider.form == Form::Bv)
    }
}

impl Provider {
    fn invent(
        random: &mut Repeatable,
        number: usize,
        stem: &str,
        places: &[Place],
    ) -> Option<Self> {
        let prefix = if random.percent(50) { "00" } else { "99" };
        let kvk = format!("{prefix}{:06}", number * 613 % 1_000_000)
            .parse()
            .ok()?;
        let agb = format!("9899{:04}", number % 10_000).parse().ok();
        Some(Self {
            name: stem.to_owned(),
            kvk,
            agb: agb.filter(|_| random.percent(85)),
            form: Form::Unknown,
            mistaken: None,
            known_in: places.iter().copied().collect(),
            involvements: Vec::new(),
        })
    }
}

impl Provider {
    /// The legal form that a gemeente has on file.
    #[must_use]
    pub fn form_in(&self, place: Place) -> Form {
        match self.mistaken {
            Some((there, form)) if there == place => form,
            _ => self.form,
        }
    }
}

/// Gives everybody a legal form; the leads of the story get theirs, whatever is drawn.
fn assign_forms(random: &mut Repeatable, providers: &mut [Provider]) {
    let (mut here, mut elsewhere): (Vec<_>, Vec<_>) = providers
        .iter_mut()
        .enumerate()
        .partition(|(_, provider)| provider.known_in.contains(&Veenendaal));
    let fixed = |at: usize, places: &BTreeSet<Place>| match at {
        0 => Some(Form::Bv),
        WITHHELD => Some(Form::Eenmanszaak),
        _ if *places == BTreeSet::from([Veenendaal, Weert]) => Some(Form::Bv),
        _ => None,
    };
    let (mut natural, mut unknown) = (NATURAL_IN_VEENENDAAL, UNKNOWN_IN_VEENENDAAL);
    random.shuffle(&mut here);
    for (at, provider) in &mut here {
        provider.form = if let Some(form) = fixed(*at, &provider.known_in) {
            form
        } else if natural > 0 {
            natural -= 1;
            random.pick(&NATURAL)
        } else if unknown > 0 {
            unknown -= 1;
            Form::Unknown
        } else {
            random.pick(&LEGAL)
        };
        if provider.form == Form::Eenmanszaak && *at == WITHHELD {
            provider.mistaken = Some((Veenendaal, Form::Bv));
        }
    }
    for (_, provider) in &mut elsewhere {
        provider.form = match random.below(100) {
            0..9 => random.pick(&NATURAL),
            9..29 => Form::Unknown,
            _ => random.pick(&LEGAL),
        };
    }
}

/// The first that only Veenendaal and Amersfoort share.
const WITHHELD: usize = 22;

const NATURAL: [Form; 4] = [
    Form::Eenmanszaak,
    Form::Eenmanszaak,
    Form::Vof,
    Form::Maatschap,
];
const LEGAL: [Form; 6] = [
    Form::Bv,
    Form::Bv,
    Form::Bv,
    Form::Stichting,
    Form::Cooperatie,
    Form::Vereniging,
];

/// Product categories under the Wmo and under the Jeugdwet.
const WMO: [&str; 6] = ["01", "02", "04", "05", "07", "08"];
const JEUGD: [&str; 4] = ["43", "45", "50", "54"];
const STARTS: [&str; 4] = ["2023-01-01", "2024-01-01", "2024-07-01", "2025-01-01"];

fn involvements(random: &mut Repeatable, provider: &Provider) -> Vec<(Place, Involvement)> {
    let mut all = Vec::new();
    for &place in &provider.known_in {
        all.push((place, contract(random, place)));
        if random.percent(3) {
            all.push((place, toezicht(random)));
        }
        if random.percent(10) && LEGAL.contains(&provider.form) {
            all.push((place, label(random)));
        }
    }
    all
}

fn contract(random: &mut Repeatable, place: Place) -> Involvement {
    let law = if random.percent(70) {
        Law::Wmo
    } else {
        Law::Jeugdwet
    };
    let of: &[&'static str] = if law == Law::Wmo { &WMO } else { &JEUGD };
    let care_forms: BTreeSet<&'static str> =
        (0..=random.below(3)).map(|_| random.pick(of)).collect();
    let usual = random.percent(90);
    Involvement::Contract {
        law,
        care_forms: care_forms.into_iter().collect(),
        variant: if usual {
            place.variant()
        } else {
            Variant::Taakgericht
        },
        role: if random.percent(85) {
            ContractRole::Main
        } else {
            ContractRole::Sub
        },
        from: random.pick(&STARTS),
        until: random.percent(20).then_some("2028-12-31"),
    }
}

fn toezicht(random: &mut Repeatable) -> Involvement {
    let running = random.percent(50);
    let quality = random.percent(50);
    Involvement::Toezicht {
        quality,
        // Supervision of the quality of youth care is no task of a gemeente.
        law: if random.percent(60) || quality {
            Law::Wmo
        } else {
            Law::Jeugdwet
        },
        opened: "2026-02-02",
        closed: (!running).then_some("2026-06-15"),
    }
}

fn label(random: &mut Repeatable) -> Involvement {
    let letter = match random.below(10) {
        0..4 => LabelLetter::A,
        4..7 => LabelLetter::B,
        7..9 => LabelLetter::C,
        _ => LabelLetter::D,
    };
    Involvement::Label {
        letter,
        date: "2026-03-31",
    }
}

/// The story needs one aanbieder with supervision in Amersfoort and a past of it in Apeldoorn.
fn write_the_leads(providers: &mut [Provider]) {
    let Some(lead) = providers.first_mut() else {
        return;
    };
    lead.involvements
        .retain(|(_, involvement)| matches!(involvement, Involvement::Contract { .. }));
    let under = |opened, closed| Involvement::Toezicht {
        quality: true,
        law: Law::Wmo,
        opened,
        closed,
    };
    lead.involvements
        .push((Amersfoort, under("2026-03-09", None)));
    lead.involvements
        .push((Apeldoorn, under("2025-02-03", Some("2025-05-26"))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_has_the_sizes_of_the_report() {
        let region = Region::invent();
        let sizes = Place::ALL.map(|place| region.of(place).count());
        assert_eq!(sizes, [300, 240, 555, 197, 48]);
    }

    #[test]
    fn the_coverage_of_veenendaal_is_what_the_manual_says() {
        let region = Region::invent();
        let count = |wanted: fn(Form) -> bool| {
            region
                .of(Veenendaal)
                .filter(|one| wanted(one.form_in(Veenendaal)))
                .count()
        };
        assert_eq!(count(|form| form == Form::Unknown), 61);
        assert_eq!(count(|form| NATURAL.contains(&form)), 27);
        assert_eq!(count(|form| LEGAL.contains(&form)), 212);
    }

    #[test]
    fn no_two_aanbieders_share_a_number_or_a_name() {
        let region = Region::invent();
        let kvk: BTreeSet<_> = region.providers().iter().map(|one| one.kvk).collect();
        let name: BTreeSet<_> = region.providers().iter().map(|one| &one.name).collect();
        assert_eq!(kvk.len(), region.providers().len());
        assert_eq!(name.len(), region.providers().len());
    }

    #[test]
    fn the_story_finds_its_leads() {
        let region = Region::invent();
        let lead = region.lead().unwrap();
        assert_eq!(lead.known_in.len(), 4);
        assert_eq!(lead.form, Form::Bv);
        assert_eq!(region.withheld().unwrap().form_in(Veenendaal), Form::Bv);
        assert_eq!(
            region.withheld().unwrap().form_in(Amersfoort),
            Form::Eenmanszaak
        );
        assert!(region.unknown_elsewhere().is_some());
        assert!(region.outside().is_some());
    }
}
