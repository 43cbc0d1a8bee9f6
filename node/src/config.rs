// SPDX-License-Identifier: EUPL-1.2
//! What the people who run a node have settled: one TOML file, read once, at start.
//!
//! A key is described here and nowhere else. Its doc comment is the explanation in `basisnet config voorbeeld`, its
//! TOML text is both that example and the value in force when the key is absent. Hence the Dutch: these comments are
//! read by the people who run a node. Every default is local and closed, and an unknown key is fatal, because a
//! typing error in the word that should close a door would leave it open.

mod example;
mod files;
mod read;
pub(crate) mod slip;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use basisnet_protocol::id::{GemeenteCode, Oin};
use basisnet_protocol::matching::Buckets;
use basisnet_protocol::personal::{self, Functional};
use basisnet_protocol::purpose::PurposeId;

pub use read::{ConfigError, Fault};
use read::{Reader, section};
pub use value::{Level, ListAddress, LogForm, NetworkId};

use crate::store::Engine;

section! {
    /// Wie deze node is.
    pub struct Organisatie {
        /// Het OIN van uw organisatie: 20 tekens, hetzelfde als in uw certificaat.
        /// OIN's die met 00000099 beginnen zijn alleen voor proeven.
        required oin: Oin = "\"00000099000000345000\"",
        /// De naam zoals andere gemeenten die te zien krijgen.
        required naam: String = "\"Gemeente Voorbeeld\"",
        /// De gemeentecode van het CBS (vier cijfers); weglaten bij een samenwerkingsverband.
        optional gemeentecode: Option<GemeenteCode> = "\"0345\"",
    }
}

section! {
    /// Waar gegevens en sleutels staan. Paden gelden vanaf de map van dit bestand.
    pub struct Opslag {
        /// De map met het bestand van de opslag en het logboek.
        default datamap: PathBuf = "\"data\"",
        /// De map met sleutels. Bewaar die niet in dezelfde back-up als de datamap: wie beide heeft, kan alles lezen.
        default sleutelmap: PathBuf = "\"sleutels\"",
        /// De opslagmotor: "redb" of "sled". Kiest u eenmaal, bij `basisnet init`.
        default motor: Engine = "\"redb\"",
        /// Zo veel MiB moet op de schijf vrij blijven. Daaronder weigert de node nieuwe gegevens; lezen blijft kunnen.
        default reserve_mib: u64 = "256",
        /// Zo veel MiB geheugen mag de opslagmotor gebruiken om sneller te lezen.
        default geheugen_mib: u64 = "16",
    }
}

section! {
    /// De verbinding met de nodes van andere gemeenten.
    pub struct Overlay {
        /// Het adres en de TCP-poort waarop deze node luistert. Zet hier het adres van de buitenkant van uw server
        /// neer wanneer andere gemeenten u moeten kunnen bereiken.
        default luister: std::net::SocketAddr = "\"127.0.0.1:7400\"",
        /// De adressen waarop anderen u bereiken, als multiaddr, bijvoorbeeld "/dns4/basisnet.voorbeeld.nl/tcp/7400".
        /// Leeg betekent: het adres waarop de node luistert.
        default adressen: Vec<String> = "[]",
        /// De naam van het netwerk. Nodes van verschillende netwerken praten niet met elkaar.
        default netwerk: NetworkId = "\"basisnet\"",
    }
}

section! {
    /// De deur voor mensen en programma's van uw eigen organisatie: de pagina's, de API en deze opdrachten.
    pub struct Api {
        /// Het adres en de TCP-poort. Met 127.0.0.1 kan alleen deze computer erbij.
        default luister: std::net::SocketAddr = "\"127.0.0.1:7443\"",
        /// Namen waarop mensen de pagina's openen, naast localhost en het adres hierboven; ze komen in het certificaat.
        default namen: Vec<String> = "[]",
        /// Na zo veel minuten moet iemand opnieuw aanmelden.
        default sessie_minuten: u32 = "480",
        /// Na zo veel minuten zonder handeling vervalt de aanmelding.
        default stilte_minuten: u32 = "30",
    }
}

section! {
    /// Welke certificaten deze node vertrouwt.
    pub struct Vertrouwen {
        /// De stamcertificaten (PEM) waaronder de certificaten van organisaties moeten vallen.
        required ankers: Vec<PathBuf> = "[\"vertrouwen/anker.pem\"]",
        /// Stamcertificaten (PEM) die niet meer gelden, maar waaronder leden vroeger hun convenanten tekenden. Alleen
        /// die oude handtekeningen tellen er nog onder.
        default vroegere_ankers: Vec<PathBuf> = "[]",
        /// De lijsten met ingetrokken certificaten (CRL, PEM of DER). Zonder lijst voor een uitgever wordt zijn
        /// certificaat geweigerd.
        default crls: Vec<PathBuf> = "[]",
        /// De adressen (http) waar de node zelf elk uur een CRL ophaalt. Wat zij ophaalt telt naast de bestanden hierboven.
        default crl_adressen: Vec<ListAddress> = "[]",
        /// Zo veel dagen mag een CRL over zijn datum zijn.
        default crl_respijt_dagen: u32 = "7",
    }
}

section! {
    /// Het certificaat van uw organisatie, waarmee zij voor deze node en voor convenanten tekent.
    pub struct Certificaat {
        /// De keten (PEM): eerst uw certificaat, dan de tussenliggende.
        default keten: PathBuf = "\"certificaat/keten.pem\"",
        /// De sleutel (PEM, PKCS#8), alleen leesbaar voor de gebruiker waaronder de node draait (rechten 0600).
        default sleutel: PathBuf = "\"certificaat/sleutel.pem\"",
    }
}

section! {
    /// Wie een andere gemeente belt na een treffer: per doel een functie, nooit een persoon.
    pub struct Contact {
        /// De naam van het team.
        required team: String = "\"Toezicht Wmo\"",
        /// De functionele mailbox.
        required mailbox: String = "\"toezicht@gemeente.example\"",
        /// Het functionele telefoonnummer.
        required telefoon: String = "\"0318 123456\"",
    }
}

section! {
    /// Het vergelijken van aanbieders met andere gemeenten.
    pub struct Bevragen {
        /// Zo veel aanbieders verwacht u dit kalenderjaar hooguit te hebben. Vragen en antwoorden worden met 15 % erbij
        /// aangevuld tot een vaste maat, zodat niemand ziet hoeveel het er precies zijn. Hooguit 14246.
        default verwacht_aanbieders: u32 = "300",
    }
}

section! {
    /// Het technische logboek op het scherm, voor beheer. Het logboek van handelingen staat in de opslag en kan niet uit.
    pub struct Logging {
        /// De vorm: "tekst" of "json".
        default vorm: LogForm = "\"tekst\"",
        /// Hoe veel: "error", "warn", "info", "debug" of "trace".
        default niveau: Level = "\"info\"",
    }
}

section! {
    /// Grenzen. Strenger mag altijd; ruimer dan het convenant helpt niet.
    pub struct Grenzen {
        /// Zo veel vragen om inzage mag uw organisatie per dag stellen, alle convenanten samen.
        default inzage_per_dag: u32 = "50",
        /// Zo veel regels mag een CSV-bestand hebben.
        default csv_regels: u32 = "20000",
        /// Zo veel MiB mag een CSV-bestand groot zijn.
        default csv_mib: u32 = "16",
        /// Na zo veel mislukte pogingen om aan te melden wordt een account een kwartier geblokkeerd.
        default aanmeldpogingen: u32 = "10",
        /// Vanaf zo veel betrokken organisaties, de uwe meegeteld, attendeert de node op samenloop. 2 tot 400.
        default samenloop_vanaf: u32 = "3",
    }
}

/// The whole configuration of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Who this node is.
    pub organisatie: Organisatie,
    /// Where data and keys live.
    pub opslag: Opslag,
    /// The door to other nodes.
    pub overlay: Overlay,
    /// The door for the own organisation.
    pub api: Api,
    /// Which certificates count.
    pub vertrouwen: Vertrouwen,
    /// The own certificate.
    pub certificaat: Certificaat,
    /// Whom a member calls after a treffer, per purpose.
    pub contacten: BTreeMap<PurposeId, Contact>,
    /// How large the register is expected to be.
    pub bevragen: Bevragen,
    /// The technical log.
    pub logging: Logging,
    /// Limits that this node sets itself.
    pub grenzen: Grenzen,
}

impl Config {
    /// Reads and checks the file; relative paths in it count from its own folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|cause| {
            let path = path.to_owned();
            if cause.kind() == std::io::ErrorKind::NotFound {
                ConfigError::Missing(path)
            } else {
                ConfigError::Unreadable { path, cause }
            }
        })?;
        let base = path.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(&text, base).map_err(|faults| ConfigError::Faulty {
            path: path.to_owned(),
            faults,
        })
    }

    /// Reads and checks the text; all faults at once, by line.
    pub fn parse(text: &str, base: &Path) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(text, base)?;
        let organisatie = reader.section("organisatie");
        let opslag = reader.section("opslag");
        let overlay = reader.section("overlay");
        let api = reader.section("api");
        let vertrouwen = reader.section("vertrouwen");
        let certificaat = reader.section("certificaat");
        let contacten = reader.map("contacten");
        let bevragen = reader.section("bevragen");
        let logging = reader.section("logging");
        let grenzen = reader.section("grenzen");
        let whole = (|| {
            Some(Self {
                organisatie: organisatie?,
                opslag: opslag?,
                overlay: overlay?,
                api: api?,
                vertrouwen: vertrouwen?,
                certificaat: certificaat?,
                contacten,
                bevragen: bevragen?,
                logging: logging?,
                grenzen: grenzen?,
            })
        })();
        let config = reader.finish(whole)?;
        let faults = config.contradictions();
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(faults)
        }
    }

    /// The mailboxes and telephone numbers of teams that others may know.
    #[must_use]
    pub fn functional(&self) -> Functional {
        let contacts = self.contacten.values();
        contacts.fold(Functional::new(), |all, contact| {
            all.with(&contact.mailbox, &contact.telefoon)
        })
    }

    /// The documented example, generated from the comments in this file.
    #[must_use]
    pub fn voorbeeld() -> String {
        example::text(&example::Filled::default())
    }

    /// The same for an organisation that is known already, as `basisnet init` writes it.
    #[must_use]
    pub fn voorbeeld_voor(oin: Oin, naam: &str, gemeentecode: Option<GemeenteCode>) -> String {
        example::text(&example::Filled {
            oin: Some(oin),
            naam: Some(naam.to_owned()),
            gemeentecode,
        })
    }

    /// What no single key says wrong, but the keys together do.
    fn contradictions(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, text: &str| {
            if !holds {
                faults.push(Fault::anywhere(text));
            }
        };
        let (overlay, api) = (self.overlay.luister, self.api.luister);
        require(
            overlay != api || overlay.port() == 0,
            "`luister` in [overlay] en in [api] zijn hetzelfde; geef een van beide een andere poort",
        );
        require(
            self.opslag.datamap != self.opslag.sleutelmap,
            "`datamap` en `sleutelmap` zijn dezelfde map; kies twee mappen, dan kan de back-up de sleutels overslaan",
        );
        require(
            !self.organisatie.naam.trim().is_empty() && self.organisatie.naam.len() <= 200,
            "`naam` in [organisatie] moet 1 tot 200 tekens hebben",
        );
        require(
            !self.vertrouwen.ankers.is_empty(),
            "`ankers` in [vertrouwen] is leeg; noem ten minste een stamcertificaat",
        );
        require(
            (1..=90).contains(&self.vertrouwen.crl_respijt_dagen)
                || self.vertrouwen.crl_respijt_dagen == 0,
            "`crl_respijt_dagen` in [vertrouwen] mag hoogstens 90 zijn",
        );
        require(
            Buckets::declared(self.bevragen.verwacht_aanbieders as usize).is_ok(),
            "`verwacht_aanbieders` in [bevragen] mag hoogstens 14246 zijn",
        );
        require(
            self.api.sessie_minuten > 0 && self.api.sessie_minuten <= 24 * 60,
            "`sessie_minuten` in [api] moet 1 tot 1440 zijn",
        );
        require(
            self.api.stilte_minuten > 0 && self.api.stilte_minuten <= self.api.sessie_minuten,
            "`stilte_minuten` in [api] moet ten minste 1 en hoogstens `sessie_minuten` zijn",
        );
        require(
            (3..=100).contains(&self.grenzen.aanmeldpogingen)
                && (2..=400).contains(&self.grenzen.samenloop_vanaf),
            "`aanmeldpogingen` in [grenzen] moet 3 tot 100 zijn en `samenloop_vanaf` 2 tot 400",
        );
        require(
            (1..=1024).contains(&self.opslag.geheugen_mib),
            "`geheugen_mib` in [opslag] moet 1 tot 1024 zijn",
        );
        require(
            (1..=256).contains(&self.grenzen.csv_mib)
                && (1..=1_000_000).contains(&self.grenzen.csv_regels),
            "`csv_mib` in [grenzen] moet 1 tot 256 zijn en `csv_regels` 1 tot 1000000",
        );
        faults.extend(self.persons_in_contacts());
        faults
    }

    /// A contact is a team. What else leads to somebody would never leave, and no answer with it.
    fn persons_in_contacts(&self) -> Vec<Fault> {
        let functional = self.functional();
        let leads_to_somebody = |text: &String| !personal::find(text, &functional).is_empty();
        let wrong = self.contacten.iter().filter(|(_, contact)| {
            let texts = [&contact.team, &contact.mailbox, &contact.telefoon];
            texts.into_iter().any(leads_to_somebody)
        });
        let fault = |(doel, _): (&PurposeId, &Contact)| {
            Fault::anywhere(format!(
                "[contacten.{doel}] noemt iets dat naar een persoon leidt; zet in `team` alleen de naam van het team, in \
                 `mailbox` alleen de functionele mailbox en in `telefoon` alleen het functionele nummer"
            ))
        };
        wrong.map(fault).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[organisatie]\noin = \"00000099000000345000\"\nnaam = \"Veenendaal\"\n\
                         [vertrouwen]\nankers = [\"ca.pem\"]\n";

    fn faults(text: &str) -> Vec<String> {
        Config::parse(text, Path::new("/etc/basisnet"))
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_is_not_said_is_local_and_closed() {
        let config = Config::parse(SMALL, Path::new("/etc/basisnet")).unwrap();
        assert!(config.api.luister.ip().is_loopback());
        assert!(config.overlay.luister.ip().is_loopback());
        assert_eq!(config.opslag.motor, Engine::Redb);
        assert_eq!(config.opslag.datamap, Path::new("/etc/basisnet/data"));
        assert_eq!(
            config.vertrouwen.ankers,
            vec![PathBuf::from("/etc/basisnet/ca.pem")]
        );
    }

    #[test]
    fn the_printed_example_is_a_valid_configuration() {
        let text = Config::voorbeeld();
        let config = Config::parse(&text, Path::new("")).unwrap();
        assert_eq!(config.contacten.len(), 1);
        assert!(text.contains("# De map met het bestand van de opslag"));
    }

    #[test]
    fn the_example_for_an_organisation_carries_its_name_and_number() {
        let oin: Oin = "00000099000000200000".parse().unwrap();
        let text = Config::voorbeeld_voor(oin, "Gemeente \"Het Dorp\"", None);
        let config = Config::parse(&text, Path::new("")).unwrap();
        assert_eq!(config.organisatie.oin, oin);
        assert_eq!(config.organisatie.naam, "Gemeente \"Het Dorp\"");
        assert_eq!(config.organisatie.gemeentecode, None);
        // Nobody's telephone number may stand in it: it would be given to others.
        assert!(
            config.contacten.is_empty() && text.contains("\n# [contacten.P08]\n"),
            "{text}"
        );
    }

    #[test]
    fn a_typing_error_is_fatal_and_names_line_and_remedy() {
        let text = format!("{SMALL}[api]\nlusiter = \"127.0.0.1:1\"\n");
        let faults = faults(&text);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("regel 7"), "{faults:?}");
        assert!(faults[0].contains("bedoelde u `luister`?"), "{faults:?}");
    }

    #[test]
    fn a_section_with_a_typing_error_is_fatal_too() {
        let faults = faults(&format!("{SMALL}[opslga]\nmotor = \"sled\"\n"));
        assert!(faults[0].contains("bedoelde u `opslag`?"), "{faults:?}");
    }

    #[test]
    fn all_faults_come_at_once() {
        let faults =
            faults("[organisatie]\noin = \"123\"\n[opslag]\nmotor = \"rebd\"\nreserve_mib = -1\n");
        let all = faults.join("\n");
        assert_eq!(faults.len(), 5, "{all}");
        assert!(all.contains("20 tekens"), "{all}");
        assert!(all.contains("`naam`"), "{all}");
        assert!(all.contains("bedoelde u \"redb\"?"), "{all}");
        assert!(all.contains("`reserve_mib`"), "{all}");
        assert!(all.contains("`ankers`"), "{all}");
    }

    #[test]
    fn samenloop_of_one_organisation_is_refused() {
        for (from, fits) in [(1, false), (2, true), (400, true), (401, false)] {
            let text = format!("{SMALL}[grenzen]\nsamenloop_vanaf = {from}\n");
            let read = Config::parse(&text, Path::new("/node"));
            assert_eq!(read.is_ok(), fits, "{from}");
        }
    }

    #[test]
    fn one_port_for_two_doors_is_refused() {
        let text = format!("{SMALL}[api]\nluister = \"127.0.0.1:7400\"\n");
        assert!(faults(&text)[0].contains("andere poort"));
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_line() {
        assert!(faults("[organisatie\noin = 3")[0].contains("regel 1"));
    }

    #[test]
    fn the_contact_of_a_team_names_no_person() {
        let contact = |team: &str, telephone: &str| {
            format!(
                "{SMALL}[contacten.P08]\nteam=\"{team}\"\nmailbox=\"toezicht@a.example\"\ntelefoon=\"{telephone}\"\n"
            )
        };
        for (team, telephone) in [
            ("Toezicht, bel 06-12345678", "14 0318"),
            ("Toezicht (jan@a.example)", "14 0318"),
            ("Toezicht", "jan@a.example"),
        ] {
            let text = contact(team, telephone);
            assert!(faults(&text)[0].contains("contacten.P08"), "{team}");
        }
        let text = contact("Toezicht via toezicht@a.example", "0318 123456");
        assert!(Config::parse(&text, Path::new("/etc")).is_ok());
    }

    #[test]
    fn a_contact_belongs_to_a_purpose_that_can_exist() {
        let text =
            format!("{SMALL}[contacten.\"P 8\"]\nteam=\"t\"\nmailbox=\"m\"\ntelefoon=\"1\"\n");
        assert!(
            faults(&text)[0].contains("contacten"),
            "{:?}",
            faults(&text)
        );
    }
}
