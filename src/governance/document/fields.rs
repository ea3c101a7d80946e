//! From the JSON of the eight fields to their types, with everything that is wrong on the way.
//!
//! Invariant: where something else stands in for what was not read, there is a problem that says so.

use super::text::{odd_in_line, odd_in_lines};
use super::{
    CHANGE_FIELDS, CHANGES_MAX, Change, DELAY_BLOCKS_MAX, Document, FIELDS, Fault, GRACE_DAYS_MAX, Given,
    IMPACT_FIELDS, Impact, Problem, STEPS_MAX, TITLE_MAX, UPGRADE_FIELDS, UpgradePath,
};
use crate::economics::parameters::NepType;
use crate::governance::decimal::plain;
use crate::governance::json::{Json, Kind};
use crate::governance::version::Version;

/// Characters of something quoted in a problem.
const SHOWN_MAX: usize = 80;

pub(super) fn survey(json: &Json) -> (Document, Vec<Problem>) {
    let mut problems = Vec::new();
    let document = read(&mut Table::new(json, String::new(), &FIELDS, &mut problems));
    (document, problems)
}

fn read(table: &mut Table) -> Document {
    let title = table.line("title", true);
    let length = title.chars().count();
    if length > TITLE_MAX {
        table.wrong("title", Fault::Many { count: length, what: "characters", most: TITLE_MAX });
    }
    Document {
        title,
        nep_type: table.nep_type(),
        summary: table.lines("abstract", true),
        motivation: table.lines("motivation", true),
        specification: table.lines("specification", true),
        parameter_changes: changes(table),
        economic_impact: economic_impact(&mut table.table("economic_impact", &IMPACT_FIELDS)),
        upgrade_path: upgrade_path(&mut table.table("upgrade_path", &UPGRADE_FIELDS)),
    }
}

fn changes(table: &mut Table) -> Vec<Change> {
    let items = table.list("parameter_changes", "changes", CHANGES_MAX);
    let change = |(at, item): (usize, &Json)| {
        let path = format!("{}[{at}]", table.path("parameter_changes"));
        let mut table = Table::new(item, path, &CHANGE_FIELDS, table.problems);
        Change {
            module: table.line("module", false),
            parameter: table.line("parameter", true),
            old_value: table.given("old_value"),
            new_value: table.given("new_value"),
            rationale: table.lines("rationale", false),
        }
    };
    items.iter().enumerate().map(change).collect()
}

fn economic_impact(table: &mut Table) -> Impact {
    let impact = impact(&mut |name| table.number(name));
    // Whole megabytes, as they are shown.
    if plain(&impact.min_memory_change_mb).is_ok_and(|mb| mb.contains('.')) {
        table.wrong("min_memory_change_mb", Fault::Kind("a whole number"));
    }
    impact
}

/// The estimates, each from what `value` gives for its name.
pub(super) fn impact(value: &mut dyn FnMut(&str) -> String) -> Impact {
    Impact {
        training_reward_multiplier: value("training_reward_multiplier"),
        training_efficiency_multiplier: value("training_efficiency_multiplier"),
        inference_reward_multiplier: value("inference_reward_multiplier"),
        inference_cost_multiplier: value("inference_cost_multiplier"),
        min_memory_change_mb: value("min_memory_change_mb"),
        min_compute_change_tflops: value("min_compute_change_tflops"),
        staking_multiplier_change: value("staking_multiplier_change"),
        upgrade_cost_neuro: value("upgrade_cost_neuro"),
        net_earnings_change_percent: value("net_earnings_change_percent"),
    }
}

fn upgrade_path(table: &mut Table) -> UpgradePath {
    UpgradePath {
        min_version: table.version("min_version"),
        target_version: table.version("target_version"),
        grace_period_days: table.count("grace_period_days", GRACE_DAYS_MAX),
        activation_delay_blocks: table.count("activation_delay_blocks", DELAY_BLOCKS_MAX),
        backward_compatible: table.flag("backward_compatible"),
        requires_checkpoint_reload: table.flag("requires_checkpoint_reload"),
        migration_steps: steps(table),
    }
}

fn steps(table: &mut Table) -> Vec<String> {
    let mut steps = Vec::new();
    for (at, item) in table.list("migration_steps", "steps", STEPS_MAX).iter().enumerate() {
        let name = format!("migration_steps[{at}]");
        match item.text() {
            Some(text) => {
                table.characters(&name, odd_in_lines(text));
                steps.push(text.to_owned());
            }
            None => table.wrong(&name, Fault::Kind("a text")),
        }
    }
    steps
}

/// A table that is being read. Where a field is not what it should be, the problem is kept and something stands in.
struct Table<'a> {
    json: &'a Json,
    /// Its name, empty for the whole.
    name: String,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Table<'a> {
    fn new(json: &'a Json, name: String, fields: &[&str], problems: &'a mut Vec<Problem>) -> Self {
        let mut table = Self { json, name, problems };
        if !matches!(json.kind, Kind::Object(_)) {
            let field = if table.name.is_empty() { "proposal".to_owned() } else { table.name.clone() };
            table.problems.push(Problem { field, fault: Fault::Kind("a table of fields") });
        }
        for (name, _) in json.members() {
            if !fields.contains(&name.as_str()) {
                let shown: String = name.chars().take(SHOWN_MAX).collect();
                table.wrong(&shown, Fault::Unknown);
            }
        }
        table
    }

    fn path(&self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) }
    }

    fn wrong(&mut self, name: &str, fault: Fault) {
        self.problems.push(Problem { field: self.path(name), fault });
    }

    fn characters(&mut self, name: &str, odd: Option<char>) {
        if let Some(odd) = odd {
            self.wrong(name, Fault::Character(odd.into()));
        }
    }

    /// The field as `read` sees it; `expected` says what it has to be.
    fn field<T>(&mut self, name: &str, expected: &'static str, read: impl Fn(&'a Json) -> Option<T>) -> Option<T> {
        let Some(json) = self.json.get(name) else {
            // What is no table has no fields either, and was said already.
            if matches!(self.json.kind, Kind::Object(_)) {
                self.wrong(name, Fault::Missing);
            }
            return None;
        };
        let value = read(json);
        if value.is_none() {
            self.wrong(name, Fault::Kind(expected));
        }
        value
    }

    fn text(&mut self, name: &str, needed: bool) -> Option<&'a str> {
        let text = self.field(name, "a text", Json::text)?;
        if needed && text.trim().is_empty() {
            self.wrong(name, Fault::Empty);
        }
        Some(text)
    }

    fn line(&mut self, name: &str, needed: bool) -> String {
        let text = self.text(name, needed).unwrap_or_default();
        self.characters(name, odd_in_line(text));
        text.to_owned()
    }

    fn lines(&mut self, name: &str, needed: bool) -> String {
        let text = self.text(name, needed).unwrap_or_default();
        self.characters(name, odd_in_lines(text));
        text.to_owned()
    }

    fn nep_type(&mut self) -> NepType {
        let Some(name) = self.field("nep_type", "a text", Json::text) else { return NepType::Arch };
        NepType::named(name).unwrap_or_else(|| {
            self.wrong("nep_type", Fault::Type(name.chars().take(SHOWN_MAX).collect()));
            NepType::Arch
        })
    }

    fn number(&mut self, name: &str) -> String {
        let token = self.field(name, "a number", Json::number).unwrap_or("0");
        if let Err(error) = plain(token) {
            self.wrong(name, error.into());
        }
        token.to_owned()
    }

    fn count(&mut self, name: &str, most: u64) -> u64 {
        let read = |json: &Json| plain(json.number()?).ok()?.parse::<u64>().ok();
        let count = self.field(name, "a whole number that is not negative", read).unwrap_or(0);
        if count > most {
            self.wrong(name, Fault::High(count, most));
        }
        count
    }

    fn flag(&mut self, name: &str) -> bool {
        let read = |json: &Json| if let Kind::Bool(flag) = json.kind { Some(flag) } else { None };
        self.field(name, "true or false", read).unwrap_or(false)
    }

    fn version(&mut self, name: &str) -> Version {
        let text = self.field(name, "a version in quotes", Json::text).unwrap_or("0.0.0");
        text.parse().unwrap_or_else(|error| {
            self.wrong(name, Fault::Version(error));
            Version::default()
        })
    }

    fn given(&mut self, name: &str) -> Given {
        let read = |json: &Json| match &json.kind {
            Kind::Number(token) => Some(Given::Number(token.clone())),
            Kind::Text(text) => Some(Given::Text(text.clone())),
            Kind::Bool(flag) => Some(Given::Flag(*flag)),
            _ => None,
        };
        let given = self.field(name, "a number, a decimal in quotes, true or false", read);
        let given = given.unwrap_or(Given::Flag(false));
        match &given {
            Given::Number(token) => {
                if let Err(error) = plain(token) {
                    self.wrong(name, error.into());
                }
            }
            Given::Text(text) => self.characters(name, odd_in_line(text)),
            Given::Flag(_) => {}
        }
        given
    }

    fn list(&mut self, name: &str, what: &'static str, most: usize) -> &'a [Json] {
        let read = |json: &'a Json| if let Kind::List(items) = &json.kind { Some(items.as_slice()) } else { None };
        let items = self.field(name, "a list", read).unwrap_or_default();
        if items.len() > most {
            self.wrong(name, Fault::Many { count: items.len(), what, most });
            return &[];
        }
        items
    }

    fn table<'b>(&'b mut self, name: &str, fields: &[&str]) -> Table<'b> {
        // A table that is missing is said once, not once a field.
        static NOTHING: Json = Json { line: 1, kind: Kind::Null };
        let path = self.path(name);
        match self.field(name, "a table of fields", |json| matches!(json.kind, Kind::Object(_)).then_some(json)) {
            Some(json) => Table::new(json, path, fields, self.problems),
            None => Table { json: &NOTHING, name: path, problems: self.problems },
        }
    }
}
