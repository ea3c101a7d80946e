//! `bench ledger` as its users run it, on a ledger small enough for a test. Speeds themselves are never asserted.

use serde_json::Value;

use crate::program::command;

#[test]
fn the_ledger_is_measured() {
    let home = tempfile::tempdir().unwrap();
    let words = "bench ledger --accounts 300 --seconds 1 --threads 2 --json";
    let output = command(words.split(' ')).env("NEUROSHARD_HOME", home.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = figures.iter().map(|figure| figure["name"].as_str().unwrap()).collect();
    let expected = [
        "ledger_signatures",
        "ledger_transfers",
        "ledger_block",
        "ledger_snapshot",
        "ledger_import",
        "ledger_open",
        "ledger_memory",
    ];
    // Only Linux tells how much memory a process holds.
    let known = if cfg!(target_os = "linux") { 7 } else { 6 };
    assert_eq!(names, expected[..known]);
    for figure in &figures {
        assert_eq!((&figure["v"], &figure["event"], &figure["ratio"]), (&1.into(), &"bench".into(), &Value::Null));
        assert!(figure["value"].as_f64().unwrap() > 0.0, "{figure}");
        assert!(figure["details"]["repetitions"].as_u64().unwrap() >= 3, "{figure}");
        assert_eq!(figure["details"]["accounts"], 300);
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "nothing is left behind");
}
