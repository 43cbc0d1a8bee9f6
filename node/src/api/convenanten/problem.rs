// SPDX-License-Identifier: EUPL-1.2
//! What may be wrong with a convenant, a file or a signature, in words for who sent it.

use basisnet_protocol::convenant::MotivationFault;

use super::*;
use crate::counted::counted;
use crate::service::convenant::NoPlace;

impl From<ConvenantError> for Problem {
    fn from(error: ConvenantError) -> Self {
        match error {
            ConvenantError::NotAllowed(error) => error.into(),
            ConvenantError::Draft(faults) => Self::invalid(
                "concept-ongeldig",
                "Dit concept klopt niet. Verbeter de punten hieronder.",
            )
            .with_faults(faults.into_iter().map(|fault| FieldFault {
                veld: fault.told_field(),
                melding: fault.text,
            })),
            ConvenantError::File(error) => file_problem(&error),
            ConvenantError::NotAMember => Self::refused(
                "geen-lid",
                "Uw organisatie is geen lid van dit convenant. Vraag de opsteller om een versie met uw organisatie erin.",
            ),
            ConvenantError::NoPlace(why) => no_place(why),
            ConvenantError::Unfitting(why) => unfitting(why),
            ConvenantError::Motivation(fault) => motivation(fault),
            ConvenantError::Beyond(beyond) => Self::invalid(
                "buiten-catalogus",
                "Dit convenant spreekt meer af dan de doelen toestaan. Laat de opsteller de punten hieronder verbeteren.",
            )
            .with_faults(beyond.iter().map(|one| {
                let (veld, melding) = convenant::explain_beyond(one);
                FieldFault { veld, melding }
            })),
            ConvenantError::Unknown => Self::missing("Dit convenant is hier niet bekend."),
            ConvenantError::Sign(_) | ConvenantError::OwnSignature(_) => Self::refused(
                "kan-niet-tekenen",
                "De sleutel of het certificaat van uw organisatie is nu niet bruikbaar. Kijk met `basisnet controleer` wat er is.",
            )
            .because(&error),
            ConvenantError::Store(error) => error.into(),
            ConvenantError::Commit(error) => error.into(),
        }
    }
}

pub(in crate::api) fn motivation(fault: MotivationFault) -> Problem {
    let (field, text) = match fault {
        MotivationFault::NoDecision => (
            "besluit",
            "noem het nummer van het besluit waarbij uw organisatie dit doet",
        ),
        MotivationFault::NoReason => ("reden", "noem de reden; de andere leden lezen haar"),
        MotivationFault::Decision => (
            "besluit",
            "gebruik één regel van hoogstens 100 tekens, zonder wat naar een mens leidt",
        ),
        MotivationFault::Reason => (
            "reden",
            "gebruik één regel van hoogstens 500 tekens, zonder wat naar een mens leidt",
        ),
    };
    Problem::invalid(
        "motivering-ongeldig",
        "Bij deze handeling ontbreekt iets, of het kan niet getekend worden.",
    )
    .with_faults([FieldFault {
        veld: field.to_owned(),
        melding: text.to_owned(),
    }])
}

fn no_place(why: NoPlace) -> Problem {
    let (code, text) = match why {
        NoPlace::PreviousUnknown => (
            "vorige-versie-onbekend",
            "De versie waarop deze volgt is hier niet bekend. Voer eerst die versie in.",
        ),
        NoPlace::PreviousNotAccepted => (
            "vorige-versie-niet-aanvaard",
            "De versie waarop deze volgt is niet door haar leden aanvaard. Stel een eerste versie op, zonder `vorige`.",
        ),
        NoPlace::GroupTaken => (
            "groep-bestaat-al",
            "Er is al een convenant met deze groepsnaam. Kies een andere naam, of maak een volgende versie.",
        ),
    };
    Problem::refused(code, text)
}

fn unfitting(why: Unfitting) -> Problem {
    let (code, text) = match why {
        Unfitting::NoPlace(why) => return no_place(why),
        Unfitting::RejectAfterAccept => (
            "al-aanvaard",
            "Uw organisatie heeft deze versie al aanvaard. Wie niet meer mee wil doen, zegt op.",
        ),
        Unfitting::NeverAccepted => (
            "niet-aanvaard",
            "Uw organisatie heeft deze versie nooit aanvaard. Wie niet mee wil doen, verwerpt.",
        ),
        Unfitting::Over => (
            "voorbij",
            "Deze versie is voorbij of door u opgezegd. Stel een nieuwe versie op.",
        ),
        Unfitting::OtherAccepted => (
            "andere-aanvaard",
            "Uw organisatie heeft van deze groep al een andere versie aanvaard, waar deze niet op volgt. Zeg eerst die op, of wacht tot een lid haar verwerpt.",
        ),
        Unfitting::Done => (
            "al-gedaan",
            "Uw organisatie heeft dit al getekend; er is niets veranderd.",
        ),
    };
    Problem::refused(code, text)
}

fn file_problem(error: &FileError) -> Problem {
    let (code, text) = match error {
        FileError::Malformed(_) | FileError::Version(_) | FileError::TooManyActs => (
            "geen-convenant",
            "Dit is geen bestand met een convenant, of het is beschadigd. Vraag de afzender om een nieuw bestand."
                .to_owned(),
        ),
        FileError::Content(faults) => (
            "convenant-ongeldig",
            format!("In dit convenant: {}, dus niemand zou het moeten tekenen. Vraag de opsteller om een nieuwe versie.", counted(faults.len(), "fout", "fouten")),
        ),
        FileError::Act(error) => ("handtekening-ongeldig", act_problem(error)),
        FileError::OtherVersion => (
            "handtekening-ongeldig",
            "Een handtekening in dit bestand hoort bij een andere versie. Vraag de afzender om het juiste bestand.".to_owned(),
        ),
        FileError::NotAMember(oin) => (
            "handtekening-ongeldig",
            format!("Een handtekening is van {oin}, en dat is geen lid van dit convenant. Vraag de afzender om het juiste bestand."),
        ),
    };
    let problem = Problem::invalid(code, text).because(error);
    if let FileError::Content(faults) = error {
        return problem.with_faults(faults.iter().map(|fault| {
            let (veld, melding) = convenant::explain(fault);
            FieldFault { veld, melding }
        }));
    }
    problem
}

fn act_problem(error: &ActError) -> String {
    let text = match error {
        ActError::NotAnAct => {
            "In dit bestand staat een handtekening die niet bij een convenant hoort."
        }
        ActError::InTheFuture => {
            "Een handtekening is in de toekomst gezet. Laat de klokken van beide nodes nakijken."
        }
        ActError::BeforeItsCertificate => {
            "Een handtekening is gedateerd van voor het certificaat waarmee zij is gezet. Vraag de ondertekenaar om opnieuw te tekenen."
        }
        ActError::Unwitnessed => {
            "Het certificaat onder een handtekening geldt niet meer, en geen lid bevestigt dat het haar had toen het nog gold. Vraag het bestand aan een lid dat de handtekening destijds ontving."
        }
        ActError::Signature(error) => signature_problem(error),
    };
    text.to_owned()
}

/// Why the signature of an organisation does not count, in Dutch.
pub(in crate::api) fn signature_problem(error: &OrgSignatureError) -> &'static str {
    match error {
        OrgSignatureError::Chain(error) => chain_problem(error),
        OrgSignatureError::Malformed(_)
        | OrgSignatureError::OtherKind
        | OrgSignatureError::Algorithm
        | OrgSignatureError::Signature => {
            "Een handtekening klopt niet: het bestand is veranderd nadat het werd getekend. Vraag de ondertekenaar om een nieuw bestand."
        }
    }
}

const fn chain_problem(error: &ChainError) -> &'static str {
    match error {
        ChainError::Expired => {
            "Het certificaat van een ondertekenaar is verlopen. Vraag hem om opnieuw te tekenen."
        }
        ChainError::NotYetValid => {
            "Het certificaat van een ondertekenaar is nog niet geldig. Kijk de klok van deze node na."
        }
        ChainError::Revoked => {
            "Het certificaat van een ondertekenaar is ingetrokken. Neem met hem contact op."
        }
        ChainError::UnknownIssuer => {
            "Het certificaat van een ondertekenaar valt onder geen stamcertificaat dat deze node vertrouwt. Kijk naar [vertrouwen] in de configuratie."
        }
        ChainError::NoList | ChainError::StaleList => {
            "Of het certificaat van een ondertekenaar is ingetrokken, is niet na te gaan: de lijst (CRL) ontbreekt of is te oud. Haal een nieuwe op."
        }
        ChainError::Empty
        | ChainError::Malformed
        | ChainError::Usage
        | ChainError::Algorithm
        | ChainError::NoOin
        | ChainError::Invalid => {
            "Het certificaat van een ondertekenaar is niet geschikt om mee te tekenen. Vraag hem om een certificaat met OIN en digitale handtekening."
        }
    }
}
