// SPDX-License-Identifier: EUPL-1.2
//! Why something with an account did not happen, and what a person can do about it.

use basisnet_protocol::purpose::PurposeId;

use super::password::MIN_LENGTH;
use super::{MAX_ACCOUNTS, NotAllowed, PasswordError};
use crate::store::{CommitError, StoreError};

/// Why something with an account did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Wrong name, wrong password, closed or locked: not told apart.
    #[error("wrong name or password, or locked")]
    NotSignedIn,
    /// Too many people sign in at this moment.
    #[error("too many sign-ins at once")]
    Busy,
    /// The name is taken.
    #[error("the account name is taken")]
    Taken,
    /// The name cannot be an account name.
    #[error("not an account name")]
    Name,
    /// The password does not satisfy.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// These roles do not go together, or there are none.
    #[error("roles that do not go together")]
    Roles,
    /// The catalogue does not have these purposes.
    #[error("no such purposes")]
    Tasks(Vec<PurposeId>),
    /// Who changes its own password did not show the one it has.
    #[error("the current password is missing or wrong")]
    Current,
    /// The account is of a client, which has a key.
    #[error("a client has a key and no password")]
    Client,
    /// The account is of a person, who has a password.
    #[error("a person has a password and no key")]
    Person,
    /// The last beheerder would be gone.
    #[error("the last beheerder cannot be removed")]
    LastBeheerder,
    /// There is no such account.
    #[error("no such account")]
    Unknown,
    /// There are accounts already.
    #[error("there are accounts already")]
    NotFirst,
    /// No more accounts fit.
    #[error("too many accounts")]
    TooMany,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl AccountError {
    /// The same for the person at the door, with the mend; three doors say it, so it is here.
    #[must_use]
    pub fn dutch(&self) -> String {
        match self {
            Self::NotAllowed(error) => error.dutch(),
            Self::NotSignedIn => "Naam of wachtwoord klopt niet, of het account is tijdelijk geblokkeerd. Na een \
                                  kwartier kan het weer; uw beheerder kan een nieuw wachtwoord geven."
                .to_owned(),
            Self::Busy => "Er melden zich nu te veel mensen tegelijk aan. Probeer het zo nog eens.".to_owned(),
            Self::Taken => "Deze accountnaam is al in gebruik. Kies een andere.".to_owned(),
            Self::Name => "Een accountnaam heeft 2 tot 64 kleine letters, cijfers, punten, streepjes of @.".to_owned(),
            Self::Password(PasswordError::Short) => {
                format!("Een wachtwoord heeft ten minste {} tekens. Neem een paar woorden.", MIN_LENGTH)
            }
            Self::Password(PasswordError::Long) => "Dit wachtwoord is te lang; hoogstens 256 tekens kan.".to_owned(),
            Self::Password(PasswordError::Easy) => {
                "Dit wachtwoord is te makkelijk: het bevat de accountnaam of is een teken dat zich herhaalt.".to_owned()
            }
            Self::Roles => "Een account heeft ten minste een rol, en de rollen beheerder en fg gaan met geen andere rol \
                            samen. Maak een tweede account voor de andere rol."
                .to_owned(),
            Self::Tasks(unknown) => {
                let codes: Vec<String> = unknown.iter().map(ToString::to_string).collect();
                format!(
                    "De doelcatalogus kent {} niet. `basisnet doel lijst` toont welke doelen er zijn.",
                    codes.join(", ")
                )
            }
            Self::Current => "Uw huidige wachtwoord ontbreekt of klopt niet, of er is te vaak een verkeerd geprobeerd. Geef \
                              het naast het nieuwe; wie het niet meer weet, vraagt de beheerder om een nieuw."
                .to_owned(),
            Self::Client => "Dit account is van een programma en heeft geen wachtwoord. Geef het een nieuwe sleutel met \
                             `basisnet account sleutel`."
                .to_owned(),
            Self::Person => "Dit account is van een persoon en heeft geen sleutel. Geef het een nieuw wachtwoord met \
                             `basisnet account wachtwoord`."
                .to_owned(),
            Self::LastBeheerder => "Dit is de laatste beheerder. Maak eerst een andere beheerder.".to_owned(),
            Self::Unknown => "Dit account bestaat niet.".to_owned(),
            Self::NotFirst => "Er zijn al accounts in deze node. Een beheerder maakt de volgende.".to_owned(),
            Self::TooMany => format!("Er zijn al {MAX_ACCOUNTS} accounts; meer kan niet."),
            Self::Store(_) | Self::Commit(_) => "De opslag van deze node werkt niet mee.".to_owned(),
        }
    }
}
