// SPDX-License-Identifier: EUPL-1.2
//! How the policy reads over HTTP.

use basisnet_policy::cases::Outcome;
use basisnet_policy::difference::Difference;
use basisnet_policy::{GuardId, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::BestandView;
use crate::api::Problem;
use crate::service::beleid::{
    Again, Checked, Counting, Explained, ExplainedCase, FgAdvies, Shift, Staat, Step, Trial, Versie,
};

/// What counts now.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BeleidView {
    /// The version; 0 is what comes with the program.
    pub(crate) versie: u32,
    /// The version that can be brought back.
    pub(crate) vorige: Option<u32>,
    /// Hash of the rules.
    pub(crate) regels: String,
    /// Hash of the catalogue.
    pub(crate) catalogus: String,
    /// Every rule.
    pub(crate) toetsen: Vec<ToetsRegel>,
    /// The files of the gemeente.
    pub(crate) bestanden: Vec<BestandView>,
}

/// A rule, as it says itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToetsRegel {
    /// Its name.
    pub(crate) toets: String,
    /// The article.
    pub(crate) wet: String,
    /// What is wrong when it says no.
    pub(crate) uitleg: String,
    /// What would be needed.
    pub(crate) nodig: String,
}

impl ToetsRegel {
    fn of(reason: &Reason) -> Self {
        Self {
            toets: reason.guard.to_string(),
            wet: reason.law.clone(),
            uitleg: reason.explanation.clone(),
            nodig: reason.remedy.clone(),
        }
    }
}

impl BeleidView {
    pub(super) fn of(counting: &Counting) -> Self {
        let (rules, catalogue) = (counting.engine.rules(), counting.engine.catalogue());
        let files = counting.version.as_ref().map(|version| &version.files);
        Self {
            versie: counting.stand.active,
            vorige: counting.stand.previous,
            regels: rules.hash().to_string(),
            catalogus: catalogue.hash().to_string(),
            toetsen: rules
                .guards()
                .map(|guard| ToetsRegel::of(&guard.into()))
                .collect(),
            bestanden: files.into_iter().flatten().map(BestandView::from).collect(),
        }
    }
}

/// A version and where it stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersieView {
    /// Its number.
    pub(crate) nummer: u32,
    /// `voorgesteld`, `geldt`, `vervangen`, `teruggezet` or `ingetrokken`.
    pub(crate) staat: String,
    /// What it changes, line by line.
    pub(crate) verschil: Vec<String>,
    /// The purposes it changes.
    pub(crate) doelen: Vec<String>,
    /// Who proposed it, and when.
    pub(crate) voorgesteld: StapView,
    /// What an FG advised last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) advies: Option<AdviesView>,
    /// What was advised before that, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) eerdere_adviezen: Vec<AdviesView>,
    /// Who put it in its place, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ingezet: Option<StapView>,
    /// Why the advice was not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wijkt_af_omdat: Option<String>,
    /// Who brought the version before it back, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) teruggezet: Option<StapView>,
    /// Why the version before it was brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) teruggezet_omdat: Option<String>,
    /// Who took the proposal away, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ingetrokken: Option<StapView>,
    /// Why the proposal was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ingetrokken_omdat: Option<String>,
    /// Its files; only of one version by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) bestanden: Vec<BestandView>,
}

/// A step that somebody took.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StapView {
    /// Who.
    pub(crate) wie: String,
    /// Who made that account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account_gemaakt_door: Option<String>,
    /// When.
    pub(crate) wanneer: String,
}

impl StapView {
    fn of(step: &Step) -> Self {
        Self {
            wie: step.name.clone(),
            account_gemaakt_door: step.made_by.clone(),
            wanneer: step.at.to_string(),
        }
    }
}

/// What the FG advised.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AdviesView {
    /// Who.
    pub(crate) wie: String,
    /// When.
    pub(crate) wanneer: String,
    /// Whether it is positive.
    pub(crate) positief: bool,
    /// What was said with it.
    pub(crate) toelichting: String,
}

impl AdviesView {
    fn of(advice: &FgAdvies) -> Self {
        Self {
            wie: advice.step.name.clone(),
            wanneer: advice.step.at.to_string(),
            positief: advice.positive,
            toelichting: advice.remark.clone(),
        }
    }
}

impl VersieView {
    pub(super) fn of(version: &Versie) -> Self {
        let state = match version.state {
            Staat::Proposed => "voorgesteld",
            Staat::Active => "geldt",
            Staat::Replaced => "vervangen",
            Staat::TakenBack => "teruggezet",
            Staat::Withdrawn => "ingetrokken",
        };
        Self {
            nummer: version.number,
            staat: state.to_owned(),
            verschil: version.changes.clone(),
            doelen: version.purposes.iter().map(ToString::to_string).collect(),
            voorgesteld: StapView::of(&version.proposed),
            advies: version.advice.as_ref().map(AdviesView::of),
            eerdere_adviezen: version.earlier_advice.iter().map(AdviesView::of).collect(),
            ingezet: version.confirmed.as_ref().map(StapView::of),
            wijkt_af_omdat: version.against_advice.clone(),
            teruggezet: version
                .taken_back
                .as_ref()
                .map(|(step, _)| StapView::of(step)),
            teruggezet_omdat: version.taken_back.as_ref().map(|(_, why)| why.clone()),
            ingetrokken: version
                .withdrawn
                .as_ref()
                .map(|(step, _)| StapView::of(step)),
            ingetrokken_omdat: version.withdrawn.as_ref().map(|(_, why)| why.clone()),
            bestanden: Vec::new(),
        }
    }

    pub(super) fn with_files(version: &Versie) -> Self {
        Self {
            bestanden: version.files.iter().map(BestandView::from).collect(),
            ..Self::of(version)
        }
    }
}

/// What a look over the whole policy found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ControleView {
    /// How many rules.
    pub(crate) toetsen: usize,
    /// How many purposes.
    pub(crate) doelen: usize,
    /// How many convenanten in force were read.
    pub(crate) convenanten: usize,
    /// What was found, and how it was established.
    pub(crate) bevindingen: Vec<String>,
}

impl ControleView {
    pub(super) fn of(checked: &Checked) -> Self {
        Self {
            toetsen: checked.rules,
            doelen: checked.purposes,
            convenanten: checked.convenanten,
            bevindingen: checked.findings.clone(),
        }
    }
}

/// How cases came out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToetsView {
    /// How many came out as written.
    pub(crate) goed: usize,
    /// How many did not.
    pub(crate) fout: usize,
    /// Each case, line by line.
    pub(crate) gevallen: Vec<String>,
    /// Rules about which there is no case.
    pub(crate) zonder_geval: Vec<String>,
}

impl ToetsView {
    pub(super) fn of(outcomes: &[Outcome], uncovered: &[GuardId]) -> Self {
        let good = outcomes.iter().filter(|outcome| outcome.is_good()).count();
        Self {
            goed: good,
            fout: outcomes.len() - good,
            gevallen: outcomes.iter().map(ToString::to_string).collect(),
            zonder_geval: uncovered.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What would be different.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VerschilView {
    /// Each difference, line by line.
    pub(crate) verschil: Vec<String>,
    /// The purposes that are different.
    pub(crate) doelen: Vec<String>,
}

impl VerschilView {
    pub(super) fn of(found: &Difference) -> Self {
        Self {
            verschil: found.changes.iter().map(ToString::to_string).collect(),
            doelen: found.purposes.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a draft would have changed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProefView {
    /// Over how many days.
    pub(crate) dagen: u32,
    /// How many decisions were taken again.
    pub(crate) beslissingen: u64,
    /// How many would come out otherwise.
    pub(crate) anders: u64,
    /// How many could not be taken again.
    pub(crate) onmogelijk: u64,
    /// Whether all decisions of these days were taken again.
    pub(crate) volledig: bool,
    /// Whether there are so many that only the newest were taken again.
    pub(crate) afgekapt: bool,
    /// How many lines of the log are gone because their term is over; decisions of these days may be among them.
    pub(crate) gewist: u64,
    /// How many lines of the log cannot be read.
    pub(crate) onleesbaar: u64,
    /// When the oldest decision was taken that was taken again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) oudste: Option<String>,
    /// For how many decisions a rule cannot be evaluated with the draft; the answer is then no.
    pub(crate) niet_uit_te_rekenen: u64,
    /// Which rules those are: place, fault, mend and for how many decisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regels_met_fout: Vec<String>,
    /// The same per peer, purpose and category. A decision about several categories counts for each of them, so these can
    /// be more together than `anders`.
    pub(crate) per: Vec<ProefTelling>,
    /// The newest of them, one by one.
    pub(crate) voorbeelden: Vec<ProefVerschil>,
}

/// How many decisions would come out otherwise, for one peer, purpose and category.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProefTelling {
    /// The other organisation.
    pub(crate) lid: String,
    /// What it is called, where a convenant in force names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) naam: Option<String>,
    /// The purpose.
    pub(crate) doel: String,
    /// The category; none where it is about the whole.
    pub(crate) gegevens: Option<String>,
    /// How many.
    pub(crate) aantal: u64,
}

/// One decision that would come out otherwise.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProefVerschil {
    /// Its number in the log.
    pub(crate) nummer: u64,
    /// The other organisation.
    pub(crate) lid: String,
    /// What it is called, where a convenant in force names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) naam: Option<String>,
    /// The purpose.
    pub(crate) doel: String,
    /// What it said.
    pub(crate) was: String,
    /// What it would say.
    pub(crate) wordt: String,
    /// The rules that say no and did not before.
    pub(crate) toetsen: Vec<String>,
}

impl ProefView {
    pub(super) fn of(trial: &Trial, days: u32) -> Self {
        let counts = trial.counts.iter();
        Self {
            dagen: days,
            beslissingen: trial.decisions,
            anders: trial.different,
            onmogelijk: trial.impossible,
            volledig: !trial.cut
                && [trial.forgotten, trial.unreadable, trial.impossible] == [0, 0, 0],
            afgekapt: trial.cut,
            gewist: trial.forgotten,
            onleesbaar: trial.unreadable,
            oudste: trial.oldest.map(|moment| moment.to_string()),
            niet_uit_te_rekenen: trial.faulty,
            regels_met_fout: (trial.faults.iter())
                .map(|(fault, times)| format!("{fault} ({times} keer)"))
                .collect(),
            per: counts
                .map(|((peer, purpose, category), count)| ProefTelling {
                    lid: peer.to_string(),
                    naam: trial.names.get(peer).cloned(),
                    doel: purpose.to_string(),
                    gegevens: category.map(|category| category.to_string()),
                    aantal: *count,
                })
                .collect(),
            voorbeelden: (trial.shifts.iter())
                .map(|shift| ProefVerschil::of(shift, trial.names.get(&shift.peer)))
                .collect(),
        }
    }
}

impl ProefVerschil {
    fn of(shift: &Shift, name: Option<&String>) -> Self {
        let said = |permitted| if permitted { "ja" } else { "nee" };
        let becomes = match (shift.before.permitted, shift.after.permitted) {
            (true, true) if shift.is_less() => "ja, minder",
            (true, true) => "ja, anders",
            _ if shift.after.faulty => "nee, want een regel is niet uit te rekenen",
            (_, after) => said(after),
        };
        Self {
            nummer: shift.number,
            lid: shift.peer.to_string(),
            naam: name.cloned(),
            doel: shift.purpose.to_string(),
            was: said(shift.before.permitted).to_owned(),
            wordt: becomes.to_owned(),
            toetsen: shift.new_guards().iter().map(ToString::to_string).collect(),
        }
    }
}

/// A decision, explained.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BesluitView {
    /// Its number in the log.
    pub(crate) nummer: u64,
    /// When it was taken.
    pub(crate) tijd: String,
    /// What was asked, line by line.
    pub(crate) vraag: Vec<String>,
    /// `ja` or `nee`.
    pub(crate) antwoord: String,
    /// What was given, line by line.
    pub(crate) gegeven: Vec<String>,
    /// Every rule that said no, by the rules of then.
    pub(crate) redenen: Vec<ToetsRegel>,
    /// Rules of then that could not be evaluated: place, fault and mend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regels_met_fout: Vec<String>,
    /// What would have been needed.
    pub(crate) kan_wel: Vec<String>,
    /// `hetzelfde`, `anders` or `onmogelijk`: what came out when it was taken again.
    pub(crate) opnieuw: String,
    /// The record in the shape of the Authorization Decision Log.
    pub(crate) adl: Value,
    /// For how many records of one look it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aantal: Option<u32>,
    /// The decisions of the same look that came out differently.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) andere: Vec<BesluitView>,
}

impl BesluitView {
    pub(super) fn of(explained: &Explained) -> Result<Self, Problem> {
        let again = match explained.again {
            Again::Same => "hetzelfde",
            Again::Different => "anders",
            Again::Impossible => "onmogelijk",
        };
        let adl = serde_json::to_value(&explained.record).map_err(|e| Problem::fault(&e))?;
        Ok(Self {
            nummer: explained.number,
            tijd: explained.at.to_string(),
            vraag: explained.asked.clone(),
            antwoord: if explained.permitted { "ja" } else { "nee" }.to_owned(),
            gegeven: explained.given.clone(),
            redenen: explained.reasons.iter().map(ToetsRegel::of).collect(),
            regels_met_fout: explained.faults.iter().map(ToString::to_string).collect(),
            kan_wel: explained.ways.iter().map(ToString::to_string).collect(),
            opnieuw: again.to_owned(),
            adl,
            aantal: explained.stands_for,
            andere: explained
                .others
                .iter()
                .map(Self::of)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// A question out of a case, explained.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UitlegView {
    /// What the case is called.
    pub(crate) naam: String,
    /// What is asked, line by line.
    pub(crate) vraag: Vec<String>,
    /// `ja` or `nee`.
    pub(crate) antwoord: String,
    /// Every rule that says no.
    pub(crate) redenen: Vec<ToetsRegel>,
    /// Rules that cannot be evaluated for it: place, fault and mend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regels_met_fout: Vec<String>,
    /// What would be needed.
    pub(crate) kan_wel: Vec<String>,
}

impl UitlegView {
    pub(super) fn of(explained: &ExplainedCase) -> Self {
        let answer = if explained.answer.permitted {
            "ja"
        } else {
            "nee"
        };
        Self {
            naam: explained.name.clone(),
            vraag: explained.asked.clone(),
            antwoord: answer.to_owned(),
            redenen: explained.reasons.iter().map(ToetsRegel::of).collect(),
            regels_met_fout: explained.faults.iter().map(ToString::to_string).collect(),
            kan_wel: explained.ways.iter().map(ToString::to_string).collect(),
        }
    }
}
