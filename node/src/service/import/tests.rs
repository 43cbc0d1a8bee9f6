// SPDX-License-Identifier: EUPL-1.2
//! Files as people really send them.

use basisnet_protocol::purpose::Role;

use super::*;
use crate::service::testing::{Scene, scene};

fn register(scene: &Scene) -> Aanbieders {
    scene.register()
}

fn actor() -> Actor {
    Actor::testing_only("inkoop", [Role::Contractmanager])
}

async fn import(register: &Aanbieders, file: &str) -> Result<ImportReport, ImportError> {
    register
        .import(&actor(), file.as_bytes(), ImportOptions::default())
        .await
}

fn faulty(outcome: Result<ImportReport, ImportError>) -> ImportReport {
    match outcome {
        Err(ImportError::Faulty(report)) => *report,
        other => panic!("{other:?}"),
    }
}

const GOOD: &str =
    "naam;kvk;agb;rechtsvorm\nZorg Een;00000011;98990001;bv\nZorg Twee;00000012;;stichting\n";

#[tokio::test]
async fn a_good_file_is_imported_and_the_same_file_again_changes_nothing() {
    let scene = scene();
    let register = register(&scene);
    let first = import(&register, GOOD).await.unwrap();
    assert_eq!((first.rows, first.added, first.applied), (2, 2, true));
    let again = import(&register, GOOD).await.unwrap();
    assert_eq!((again.added, again.same, again.applied), (0, 2, false));
    assert_eq!(register.count().unwrap(), 2);
    let found = register
        .by_kvk("00000011".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(found.naam, "Zorg Een");
}

#[tokio::test]
async fn all_faults_come_by_row_and_nothing_is_imported() {
    let scene = scene();
    let register = register(&scene);
    let file = "kvk,naam,rechtsvorm\n123,A,bv\n00000021,,bv\n00000022,B,gmbh\n00000023,Goed,bv\n00000023,Dubbel,bv\n";
    let report = faulty(import(&register, file).await);
    let rows: Vec<(u64, &str)> = report
        .faults
        .iter()
        .map(|fault| (fault.row, fault.column))
        .collect();
    assert_eq!(
        rows,
        [(2, "kvk"), (3, "naam"), (4, "rechtsvorm"), (6, "kvk")]
    );
    assert!(
        report.faults[3].text.contains("regel 5"),
        "{}",
        report.faults[3].text
    );
    assert_eq!(register.count().unwrap(), 0);
}

#[tokio::test]
async fn only_who_asks_gets_the_good_rows_of_a_file_with_wrong_ones() {
    let scene = scene();
    let register = register(&scene);
    let file = format!("{GOOD}Fout;12;;bv\n");
    let options = ImportOptions {
        good_rows: true,
        ..ImportOptions::default()
    };
    let report = register
        .import(&actor(), file.as_bytes(), options)
        .await
        .unwrap();
    assert_eq!((report.added, report.wrong, report.applied), (2, 1, true));
}

#[tokio::test]
async fn half_a_line_is_named_as_such() {
    let scene = scene();
    let report = faulty(
        import(
            &register(&scene),
            "naam;kvk;rechtsvorm\nZorg;00000011;bv\nZor",
        )
        .await,
    );
    assert_eq!(report.faults[0].row, 3);
    assert!(
        report.faults[0].text.contains("afgebroken"),
        "{}",
        report.faults[0].text
    );
}

#[tokio::test]
async fn wrong_columns_are_named_with_what_was_probably_meant() {
    let scene = scene();
    match import(
        &register(&scene),
        "naam;kvknr;rechtsvrom\nZorg;00000011;bv\n",
    )
    .await
    {
        Err(ImportError::Columns(faults)) => {
            let text = faults.join("\n");
            assert!(text.contains("bedoelt u `rechtsvorm`?"), "{text}");
            assert!(text.contains("`kvk` ontbreekt"), "{text}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_known_aanbieder_with_other_data_is_a_fault_unless_updating_was_asked() {
    let scene = scene();
    let register = register(&scene);
    import(&register, GOOD).await.unwrap();
    let other = "naam;kvk;agb;rechtsvorm\nZorg Een Nieuw;00000011;98990001;bv\n";
    let report = faulty(import(&register, other).await);
    assert!(
        report.faults[0].text.contains("--bijwerken"),
        "{}",
        report.faults[0].text
    );
    let options = ImportOptions {
        update: true,
        ..ImportOptions::default()
    };
    let report = register
        .import(&actor(), other.as_bytes(), options)
        .await
        .unwrap();
    assert_eq!((report.changed, report.applied), (1, true));
    let found = register
        .by_kvk("00000011".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(found.naam, "Zorg Een Nieuw");
    assert_eq!(register.count().unwrap(), 2);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let scene = scene();
    let register = register(&scene);
    let options = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let report = register
        .import(&actor(), GOOD.as_bytes(), options)
        .await
        .unwrap();
    assert_eq!((report.added, report.applied), (2, false));
    assert_eq!(register.count().unwrap(), 0);
}

#[tokio::test]
async fn windows_1252_is_imported_and_named() {
    let scene = scene();
    let register = register(&scene);
    let file = b"naam;kvk\nCo\xF6peratie De \xC9\xE9n;00000031\n";
    let report = register
        .import(&actor(), file, ImportOptions::default())
        .await
        .unwrap();
    assert_eq!(report.coding, Coding::Windows1252);
    let found = register
        .by_kvk("00000031".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(found.naam, "Coöperatie De Één");
}

#[tokio::test]
async fn an_open_quotation_mark_swallows_rows_and_is_found() {
    let scene = scene();
    let file = "naam;kvk;rechtsvorm\n\"Zorg;00000011;bv\nZorg;00000012;bv\n";
    let report = faulty(import(&register(&scene), file).await);
    assert_eq!(report.wrong, 1);
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let scene = scene();
    let register = register(&scene);
    let large = vec![b'x'; 1_048_577];
    let outcome = register
        .import(&actor(), &large, ImportOptions::default())
        .await;
    assert!(matches!(outcome, Err(ImportError::TooLarge { .. })));
    let long: String = (0..101).map(|n| format!("Zorg {n};{n:08}\n")).collect();
    let outcome = import(&register, &format!("naam;kvk\n{long}")).await;
    assert!(matches!(outcome, Err(ImportError::TooLong(100))));
}

#[tokio::test]
async fn who_runs_the_node_does_not_fill_the_register() {
    let scene = scene();
    let beheerder = Actor::testing_only("beheer", [Role::Beheerder]);
    let outcome = register(&scene)
        .import(&beheerder, GOOD.as_bytes(), ImportOptions::default())
        .await;
    assert!(matches!(
        outcome,
        Err(ImportError::Register(AanbiederError::Own(_)))
    ));
}

#[tokio::test]
async fn coverage_says_why_the_rest_takes_no_part() {
    let scene = scene();
    let register = register(&scene);
    let file = "naam;kvk;agb;rechtsvorm\nA;00000011;;bv\nB;00000012;;\nC;00000013;;eenmanszaak\nD;;98990004;bv\n";
    import(&register, file).await.unwrap();
    let dekking = register.dekking(&actor()).unwrap();
    assert_eq!(
        dekking.dutch(),
        "4 aanbieders: 1 doet mee, 1 geen KVK-nummer, 1 rechtsvorm onbekend, 1 natuurlijk persoon"
    );
}

#[tokio::test]
async fn text_with_tabs_from_a_spreadsheet_is_read_too() {
    let scene = scene();
    let report = import(&register(&scene), "naam\tkvk\nZorg\t00000011\n").await;
    let report = report.unwrap();
    assert_eq!((report.added, report.delimiter), (1, '\t'));
}

#[test]
fn who_waits_is_told_how_many_rows_there_are() {
    let file = "naam;kvk\n\"Zorg\nop twee regels\";00000011\n;\nZorg Twee;00000012\n";
    assert_eq!(count_rows(file.as_bytes()), Some(2));
    assert_eq!(count_rows(b"PK\x03\x04"), None);
}
