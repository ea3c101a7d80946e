//! Documents: their forms, their limits, and what may not be in them.

use super::*;
use proptest::prelude::*;

/// A list of changes as JSON, from module, parameter, old and new value.
pub(in crate::governance) fn changes(given: &[(&str, &str, &str, &str)]) -> String {
    let change = |(module, parameter, old, new): &(&str, &str, &str, &str)| {
        format!(
            r#"{{"module": "{module}", "new_value": {new}, "old_value": {old}, "parameter": "{parameter}", "rationale": "r"}}"#
        )
    };
    format!("[{}]", given.iter().map(change).collect::<Vec<_>>().join(", "))
}

fn proposal(kind: &str, changes: &str, more: &str) -> String {
    format!(
        r#"{{"title": "t", "nep_type": "{kind}", "abstract": "a", "motivation": "m", "specification": "s",
        "parameter_changes": {changes}{more}}}"#
    )
}

fn bytes(text: &str) -> Vec<u8> {
    canonical(&Json::read(text.as_bytes()).unwrap()).unwrap()
}

pub(in crate::governance) fn document(kind: &str, changes: &str) -> Document {
    Document::read(&bytes(&proposal(kind, changes, ""))).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let complete = complete(&Json::read(text.as_bytes()).unwrap()).unwrap();
    Document::of(&complete).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_missing_is_filled_in_and_what_is_foreign_is_left_out() {
    let empty = bytes("{}");
    assert_eq!(content_hash(&empty).to_string(), "56980a720c608c6c1961bfff76a65ab4");
    assert_eq!(draft_id(content_hash(&empty)), "NEP-DRAFT-56980a72");
    let more =
        bytes(r#"{"status": "ACTIVE", "upgrade_path": {"x": 1}, "economic_impact": {"min_memory_change_mb": 0}}"#);
    assert_eq!(more, empty);
    let odd = bytes(r#"{"economic_impact": null, "parameter_changes": {"b": [1], "a": 1E5}, "title": 7}"#);
    let odd = String::from_utf8(odd).unwrap();
    assert!(odd.contains(r#""economic_impact": null"#) && odd.contains(r#""title": 7"#), "{odd}");
    assert!(odd.contains(r#""parameter_changes": {"a": 1E5, "b": [1]}"#), "{odd}");
    assert_eq!(canonical(&Json::read(b"[]").unwrap()), Err(DocumentError::Table));
}

#[test]
fn a_document_is_read_from_its_one_form_alone() {
    let right = bytes(&proposal("econ", &changes(&[("m", "p", "true", "\"0.5\"")]), ""));
    let document = Document::read(&right).unwrap();
    assert_eq!((document.title.as_str(), document.nep_type, document.summary.as_str()), ("t", NepType::Econ, "a"));
    assert_eq!(document.parameter_changes[0].new_value, Given::Text("0.5".to_owned()));
    assert_eq!(document.upgrade_path.grace_period_days, 7);
    let text = String::from_utf8(right).unwrap();
    for (wrong, error) in [
        (text.replace(", ", ","), DocumentError::Canonical),
        (text.clone() + "\n", DocumentError::Canonical),
        (text.replace("\"t\"", "\"\\u0074\""), DocumentError::Canonical),
        (format!("{}{}", text, " ".repeat(CANONICAL_MAX)), DocumentError::Large(text.len() + CANONICAL_MAX)),
    ] {
        assert_eq!(Document::read(wrong.as_bytes()), Err(error), "{wrong}");
    }
    let error = |from: &str, to: &str| Document::read(text.replace(from, to).as_bytes()).unwrap_err().to_string();
    assert_eq!(error("\"title\": \"t\", ", ""), "title: is missing");
    assert_eq!(error("\"title\": \"t\", ", "\"title\": \"t\", \"u\": 1, "), "u: is no field that a proposal has");
    assert_eq!(
        error("econ\"", "Econ\""),
        "nep_type: there is no type \"Econ\": it is arch, econ, train, net, gov or emergency"
    );
    assert_eq!(error("\"min_version\": \"0.0.0\", ", ""), "upgrade_path.min_version: is missing");
    assert!(error("{", "").starts_with("a proposal is no JSON: line 1: "));
}

#[test]
fn every_problem_is_found_at_once() {
    let long = "x".repeat(TITLE_MAX + 1);
    let changes =
        r#"[{"module": "m", "parameter": "p", "old_value": null, "new_value": NaN, "rationale": "a\rb", "y": 1}, 7]"#;
    let text = format!(
        r#"{{"title": "{long}", "nep_type": 5, "abstract": " \n", "motivation": "a\u202eb", "parameter_changes": {changes},
        "economic_impact": {{"min_memory_change_mb": 0.5, "upgrade_cost_neuro": "1", "staking_multiplier_change": 5e-324}},
        "upgrade_path": {{"min_version": "v1", "grace_period_days": 366, "activation_delay_blocks": -1,
        "backward_compatible": 0, "migration_steps": ["a\u001b[2J", 1]}}}}"#
    );
    assert_eq!(
        problems(&text),
        [
            "title: has 121 characters, and 120 are the most",
            "nep_type: has to be a text",
            "abstract: is empty; whoever votes has to know",
            "motivation: has the character U+202E, which can make a text look like another",
            "specification: is empty; whoever votes has to know",
            "parameter_changes[0].y: is no field that a proposal has",
            "parameter_changes[0].old_value: has to be a number, a decimal in quotes, true or false",
            "parameter_changes[0].new_value: NaN is no finite number",
            "parameter_changes[0].rationale: has the character U+000D, which can make a text look like another",
            "parameter_changes[1]: has to be a table of fields",
            "economic_impact.staking_multiplier_change: 5e-324 takes more than 60 digits to write out",
            "economic_impact.upgrade_cost_neuro: has to be a number",
            "economic_impact.min_memory_change_mb: has to be a whole number",
            "upgrade_path.min_version: \"v1\" in the version \"v1\" is no number: it is written as in 1.2.3",
            "upgrade_path.grace_period_days: is 366, and 365 is the most",
            "upgrade_path.activation_delay_blocks: has to be a whole number that is not negative",
            "upgrade_path.backward_compatible: has to be true or false",
            "upgrade_path.migration_steps[0]: has the character U+001B, which can make a text look like another",
            "upgrade_path.migration_steps[1]: has to be a text",
        ]
    );
    let many = format!("[{}]", vec!["1"; CHANGES_MAX + 1].join(", "));
    assert_eq!(problems(&proposal("net", &many, "")), ["parameter_changes: has 33 changes, and 32 are the most"]);
    let tables = proposal("net", "{}", ", \"economic_impact\": 1, \"upgrade_path\": null");
    assert_eq!(
        problems(&tables),
        [
            "parameter_changes: has to be a list",
            "economic_impact: has to be a table of fields",
            "upgrade_path: has to be a table of fields"
        ]
    );
}

#[test]
fn what_the_parameters_have_against_it_is_said_with_the_rest() {
    let changes = r#"[{"module": "reward", "parameter": "training", "old_value": 1, "new_value": null, "rationale": ""},
        {"module": "x", "parameter": 1, "old_value": 1, "new_value": 2, "rationale": ""}, 5]"#;
    let text = proposal("no", changes, ", \"economic_impact\": 5");
    let complete = complete(&Json::read(text.as_bytes()).unwrap()).unwrap();
    let (document, problems) = Document::survey(&complete, &Parameters::default());
    assert_eq!(document.title, "t");
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "nep_type",
            "parameter_changes[0].new_value",
            "parameter_changes[1].parameter",
            "parameter_changes[2]",
            "economic_impact",
            "parameter_changes[0].old_value"
        ]
    );
}

#[test]
fn content_hashes_are_read_as_printed() {
    let hash = content_hash(b"");
    assert_eq!(hash.to_string(), "e3b0c44298fc1c149afbf4c8996fb924");
    assert_eq!((hash.to_string().parse(), borsh::to_vec(&hash).unwrap().len()), (Ok(hash), 16));
    assert_eq!(serde_json::from_str::<ContentHash>(&serde_json::to_string(&hash).unwrap()).unwrap(), hash);
    assert!("e3b0".parse::<ContentHash>().is_err());
}

proptest! {
    #[test]
    fn prop_no_bytes_panic(bytes: Vec<u8>) {
        let _ = Document::read(&bytes);
    }

    #[test]
    fn prop_the_canonical_form_is_its_own(title in "\\PC{1,20}", text: String, old: i64, new: u64) {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let given = format!("{{\"title\": {}, \"abstract\": {}, \"parameter_changes\": [{old}, {new}e-7]}}", quoted(&title), quoted(&text));
        let Ok(json) = Json::read(given.as_bytes()) else { return Ok(()) };
        let once = canonical(&json).unwrap();
        let again = canonical(&Json::read(&once).unwrap()).unwrap();
        prop_assert_eq!(&again, &once);
        // Whatever is read as a document was its own canonical form.
        let text = proposal("gov", "[]", &format!(", \"economic_impact\": {{\"upgrade_cost_neuro\": {old}}}"));
        prop_assert!(Document::read(&bytes(&text)).is_ok());
    }
}
