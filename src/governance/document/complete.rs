//! From a proposal as somebody wrote it to the canonical form of its hashed fields.
//!
//! Invariant: nothing is judged here. What a field holds is kept; only what is not there is filled in.

use super::{DocumentError, FIELDS, IMPACT_FIELDS, UPGRADE_FIELDS};
use crate::governance::json::{Json, Kind};

/// The eight hashed fields of a whole proposal, with what is missing filled in. Values keep their lines, and what was
/// filled in has the line of what it was filled into.
pub fn complete(json: &Json) -> Result<Json, DocumentError> {
    let Kind::Object(_) = json.kind else { return Err(DocumentError::Table) };
    Ok(fill(json, &FIELDS, &|name, given| match name {
        "economic_impact" => object(json, given, &IMPACT_FIELDS, &impact),
        "upgrade_path" => object(json, given, &UPGRADE_FIELDS, &upgrade),
        _ => given.cloned().unwrap_or_else(|| usual(json, name)),
    }))
}

/// The canonical form of a whole proposal, which is what its hash is of.
pub fn canonical(json: &Json) -> Result<Vec<u8>, DocumentError> {
    Ok(complete(json)?.write().into_bytes())
}

fn at(json: &Json, kind: Kind) -> Json {
    Json { line: json.line, kind }
}

fn fill(json: &Json, names: &[&str], value: &dyn Fn(&str, Option<&Json>) -> Json) -> Json {
    let members = names.iter().map(|name| ((*name).to_owned(), value(name, json.get(name))));
    at(json, Kind::Object(members.collect()))
}

/// A table inside the proposal; what is no table stays what it is.
fn object(around: &Json, given: Option<&Json>, names: &[&str], usual: &dyn Fn(&str) -> Kind) -> Json {
    let empty = at(around, Kind::Object(Vec::new()));
    let given = given.unwrap_or(&empty);
    let Kind::Object(_) = given.kind else { return given.clone() };
    fill(given, names, &|name, value| value.cloned().unwrap_or_else(|| at(given, usual(name))))
}

fn usual(json: &Json, name: &str) -> Json {
    at(
        json,
        match name {
            "nep_type" => Kind::Text("arch".to_owned()),
            "parameter_changes" => Kind::List(Vec::new()),
            _ => Kind::Text(String::new()),
        },
    )
}

/// Neutral, in the form that each number is hashed in.
fn impact(name: &str) -> Kind {
    let token = match name {
        "min_memory_change_mb" => "0",
        name if name.ends_with("_multiplier") => "1.0",
        _ => "0.0",
    };
    Kind::Number(token.to_owned())
}

fn upgrade(name: &str) -> Kind {
    match name {
        "min_version" | "target_version" => Kind::Text("0.0.0".to_owned()),
        "grace_period_days" => Kind::Number("7".to_owned()),
        "activation_delay_blocks" => Kind::Number("10000".to_owned()),
        "migration_steps" => Kind::List(Vec::new()),
        _ => Kind::Bool(false),
    }
}
