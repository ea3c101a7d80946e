//! `bench governance` as its users run it, with few votes and proposals. Speeds themselves are never asserted.

use serde_json::Value;

use crate::program::command;

#[test]
fn governance_is_measured() {
    let home = tempfile::tempdir().unwrap();
    let words = "bench governance --accounts 300 --seconds 1 --threads 2 --json";
    let output = command(words.split(' ')).env("NEUROSHARD_HOME", home.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = figures.iter().map(|figure| figure["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["governance_tally", "governance_vote", "governance_block", "governance_list"]);
    for figure in &figures {
        assert_eq!((&figure["v"], &figure["event"], &figure["better"]), (&1.into(), &"bench".into(), &"lower".into()));
        assert!(figure["value"].as_f64().unwrap() > 0.0, "{figure}");
        assert!(figure["details"]["repetitions"].as_u64().unwrap() >= 3, "{figure}");
    }
    let details = |at: usize, name: &str| figures[at]["details"][name].clone();
    assert_eq!(
        (details(0, "votes"), details(1, "votes_before"), details(3, "neps")),
        (300.into(), 300.into(), 300.into())
    );
    assert_eq!((details(2, "votes"), &figures[1]["ratio"]), (1000.into(), &Value::Null));
    assert!(figures[0]["ratio"].as_f64().is_some() && figures[3]["ratio"].as_f64().is_some());
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "nothing is left behind");
}
