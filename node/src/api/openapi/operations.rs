// SPDX-License-Identifier: EUPL-1.2
//! What the API can do, a line each.

use super::build::{Body, Operation, Reply, Security};

const fn op(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    body: Body,
    reply: Reply,
) -> Operation {
    Operation {
        method,
        path,
        id,
        summary,
        body,
        reply,
        security: Security::Bearer,
        query: &[],
    }
}

const fn open(mut operation: Operation) -> Operation {
    operation.security = Security::None;
    operation
}

const fn with_query(
    mut operation: Operation,
    query: &'static [(&'static str, &'static str)],
) -> Operation {
    operation.query = query;
    operation
}

/// All operations, by resource.
pub(super) const OPERATIONS: &[Operation] = &[
    open(op(
        "get",
        "/openapi.json",
        "beschrijving",
        "De beschrijving van deze API",
        Body::None,
        Reply::One("Vrij"),
    )),
    open(op(
        "get",
        "/gezondheid",
        "gezondheid",
        "Leeft de node",
        Body::None,
        Reply::One("Status"),
    )),
    open(op(
        "get",
        "/gereedheid",
        "gereedheid",
        "Neemt de node werk aan",
        Body::None,
        Reply::One("Status"),
    )),
    open(op(
        "post",
        "/sessies",
        "aanmelden",
        "Aanmelden met naam en wachtwoord",
        Body::Json("Aanmelding"),
        Reply::Created("Sessie"),
    )),
    op(
        "get",
        "/sessies/_mij",
        "wieBenIk",
        "Wie is er aangemeld",
        Body::None,
        Reply::One("Persoon"),
    ),
    op(
        "delete",
        "/sessies/_afmelden",
        "afmelden",
        "Afmelden",
        Body::None,
        Reply::Nothing,
    ),
    op(
        "get",
        "/accounts",
        "accounts",
        "Alle accounts",
        Body::None,
        Reply::List("Account"),
    ),
    op(
        "post",
        "/accounts",
        "accountToevoegen",
        "Een account toevoegen",
        Body::Json("NieuwAccount"),
        Reply::Created("Account"),
    ),
    op(
        "put",
        "/accounts/{id}/rollen",
        "accountRollen",
        "Een account andere rollen geven",
        Body::Json("Rollen"),
        Reply::One("Account"),
    ),
    op(
        "put",
        "/accounts/{id}/wachtwoord",
        "accountWachtwoord",
        "Een nieuw wachtwoord instellen",
        Body::Json("NieuwWachtwoord"),
        Reply::Nothing,
    ),
    op(
        "post",
        "/accounts/{id}/_sleutel",
        "accountSleutel",
        "Een programma een nieuwe sleutel geven",
        Body::None,
        Reply::One("Sleutel"),
    ),
    op(
        "post",
        "/accounts/{id}/_sluit",
        "accountSluiten",
        "Een account sluiten",
        Body::None,
        Reply::One("Account"),
    ),
    op(
        "get",
        "/aanbieders",
        "aanbieders",
        "Alle aanbieders van het register",
        Body::None,
        Reply::List("Aanbieder"),
    ),
    op(
        "post",
        "/aanbieders",
        "aanbiederToevoegen",
        "Een aanbieder toevoegen",
        Body::Json("NieuweAanbieder"),
        Reply::Created("Aanbieder"),
    ),
    op(
        "post",
        "/aanbieders/_zoek",
        "aanbiedersZoeken",
        "Zoeken in het register",
        Body::Json("Zoekvraag"),
        Reply::List("Aanbieder"),
    ),
    op(
        "get",
        "/aanbieders/_dekking",
        "dekking",
        "Hoeveel van het register meedoet, en waarom de rest niet",
        Body::None,
        Reply::One("Dekking"),
    ),
    with_query(
        op(
            "post",
            "/aanbieders/_invoer",
            "aanbiedersInvoeren",
            "Aanbieders invoeren uit CSV",
            Body::Csv,
            Reply::One("Invoerverslag"),
        ),
        &[
            (
                "goedeRegels",
                "De goede regels invoeren, ook als andere fout zijn",
            ),
            ("bijwerken", "Bekende aanbieders bijwerken"),
            ("proef", "Alleen zeggen wat er zou gebeuren"),
        ],
    ),
    op(
        "get",
        "/aanbieders/{id}",
        "aanbieder",
        "Een aanbieder",
        Body::None,
        Reply::One("Aanbieder"),
    ),
    op(
        "put",
        "/aanbieders/{id}",
        "aanbiederWijzigen",
        "Een aanbieder wijzigen",
        Body::Json("NieuweAanbieder"),
        Reply::One("Aanbieder"),
    ),
    op(
        "post",
        "/aanbieders/{id}/_beperk",
        "aanbiederBeperken",
        "De verwerking beperken of dat opheffen (AVG art. 18)",
        Body::Json("Beperking"),
        Reply::One("Aanbieder"),
    ),
    op(
        "get",
        "/aanbieders/{id}/betrokkenheden",
        "betrokkenhedenVanAanbieder",
        "De betrokkenheid bij een aanbieder",
        Body::None,
        Reply::List("Betrokkenheid"),
    ),
    op(
        "post",
        "/aanbieders/{id}/betrokkenheden",
        "betrokkenheidToevoegen",
        "Een contract, toezicht of label toevoegen",
        Body::Json("NieuweBetrokkenheid"),
        Reply::Created("Betrokkenheid"),
    ),
    op(
        "get",
        "/betrokkenheden",
        "betrokkenheden",
        "Alle betrokkenheid",
        Body::None,
        Reply::List("Betrokkenheid"),
    ),
    op(
        "post",
        "/betrokkenheden/{id}/_beeindig",
        "betrokkenheidBeeindigen",
        "Een contract beëindigen of toezicht sluiten",
        Body::Json("Einde"),
        Reply::One("Betrokkenheid"),
    ),
    op(
        "get",
        "/logboek",
        "logboek",
        "Het logboek van handelingen",
        Body::None,
        Reply::One("Vrij"),
    ),
    op(
        "post",
        "/logboek/_controleer",
        "logboekControleren",
        "Het logboek controleren",
        Body::None,
        Reply::One("Vrij"),
    ),
];
