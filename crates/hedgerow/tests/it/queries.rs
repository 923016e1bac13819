//! What the service asks of its store, at every address: `bench/queries`, with a store that is just large enough to tell a look into
//! an index from a walk through a table. The full size and its figures are that script's own.

use std::process::Command;

use crate::support::scene::workspace;

#[test]
fn no_page_and_no_list_goes_through_a_large_table_on_either_database() {
    let output = Command::new(workspace().join("bench/queries"))
        .args(["--program", env!("CARGO_BIN_EXE_hedgerow"), "--objects", "5000", "--runs", "2000", "--fabrics", "200"])
        // A page of a list has 1,000 rows at most.
        .args(["--times", "1", "--large", "1200"])
        .output()
        .unwrap();
    if output.status.code() == Some(3) {
        hedgerow_testkit::not_run("PostgreSQL");
        return;
    }
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    // It has looked at both, and at something.
    for database in ["== PostgreSQL: ", "== SQLite: "] {
        let line = told.lines().find(|line| line.starts_with(database)).unwrap_or_else(|| panic!("{database}: {told}"));
        let statements: usize = line[database.len()..].split(' ').next().unwrap().parse().unwrap();
        assert!(statements > 80, "{line}");
    }
}
