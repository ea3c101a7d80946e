//! Whether the table of parameters allows what a document proposes.
//!
//! Invariant: a document without problems can be applied to the parameters that it was checked against.

use std::collections::BTreeMap;

use super::aliases;
use super::document::{Change, Document, Fault, Given, Problem};
use crate::economics::Parameters;
use crate::economics::parameters::{Entry, ParameterError, Value};

/// Characters of a name in a problem.
const SHOWN_MAX: usize = 80;

impl Change {
    /// The name in the table of what changes, by an older name or by `module.parameter`; the table may not have it.
    #[must_use]
    pub fn resolve(&self) -> String {
        match aliases::entry(&self.module, &self.parameter) {
            Some(entry) => entry.to_owned(),
            None if self.module.is_empty() => self.parameter.clone(),
            None => format!("{}.{}", self.module, self.parameter),
        }
    }

    /// The new value, of the kind that the entry has.
    pub fn value(&self) -> Result<Value, Fault> {
        value(&self.resolve(), &self.new_value)
    }
}

fn value(name: &str, given: &Given) -> Result<Value, Fault> {
    Ok(Value::parse(name, &given.plain()?)?)
}

impl Document {
    /// Everything that the parameters in force have against it. A document that changes none has nothing to fear.
    #[must_use]
    pub fn check(&self, parameters: &Parameters) -> Vec<Problem> {
        let entries = Parameters::entries();
        let mut seen = BTreeMap::new();
        let mut problems = Vec::new();
        for (at, change) in self.parameter_changes.iter().enumerate() {
            let mut wrong = |field: &str, fault| {
                problems.push(Problem { field: format!("parameter_changes[{at}].{field}"), fault });
            };
            let name = change.resolve();
            if let Some(first) = seen.get(&name) {
                wrong("parameter", Fault::Twice { name: name.clone(), first: *first });
            }
            seen.entry(name.clone()).or_insert(at);
            match entries.iter().find(|entry| entry.name == name) {
                Some(entry) => self.check_change(change, entry, parameters, &mut wrong),
                None => wrong("parameter", ParameterError::Unknown(name.chars().take(SHOWN_MAX).collect()).into()),
            }
        }
        problems
    }

    fn check_change(
        &self,
        change: &Change,
        entry: &Entry,
        parameters: &Parameters,
        wrong: &mut dyn FnMut(&str, Fault),
    ) {
        let name = || entry.name.to_owned();
        let now = parameters.get(entry.name).unwrap_or(entry.default);
        if !entry.by.contains(&self.nep_type) {
            let by: Vec<_> = entry.by.iter().map(|kind| kind.name()).collect();
            let kind = self.nep_type.name();
            wrong("parameter", Fault::Foreign { name: name(), by: by.join(" or "), kind });
        }
        match value(entry.name, &change.old_value) {
            Ok(old) if old == now => {}
            Ok(old) => {
                wrong("old_value", Fault::Old { name: name(), now: now.to_string(), given: old.to_string() });
            }
            Err(fault) => wrong("old_value", fault),
        }
        match value(entry.name, &change.new_value) {
            Ok(new) if new == now => wrong("new_value", Fault::Same { name: name(), now: now.to_string() }),
            Ok(new) => {
                if let Err(error) = entry.check(new) {
                    wrong("new_value", error.into());
                }
            }
            Err(fault) => wrong("new_value", fault),
        }
    }

    /// The first thing that the parameters in force have against it.
    #[must_use]
    pub fn first_problem(&self, parameters: &Parameters) -> Option<Problem> {
        self.check(parameters).into_iter().next()
    }

    /// The parameters with its changes; the old values are not looked at.
    pub fn apply(&self, parameters: &Parameters) -> Result<Parameters, Problem> {
        let mut changed = parameters.clone();
        for (at, change) in self.parameter_changes.iter().enumerate() {
            let set = change.value().and_then(|value| Ok(changed.set(&change.resolve(), value)?));
            set.map_err(|fault| Problem { field: format!("parameter_changes[{at}].new_value"), fault })?;
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::document::tests::{changes, document};

    fn problems(kind: &str, given: &[(&str, &str, &str, &str)]) -> Vec<String> {
        let document = document(kind, &changes(given));
        document.check(&Parameters::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_right_change_is_applied_by_any_of_its_names() {
        for (module, parameter, old, new) in [
            ("reward", "training", "0.0005", "0.0006"),
            ("", "reward.training", "\"0.0005\"", "\"0.000_600\""),
            ("economics.constants", "TRAINING_REWARD_PER_BATCH", "5e-04", "6e-04"),
        ] {
            let document = document("econ", &changes(&[(module, parameter, old, new)]));
            assert_eq!(document.first_problem(&Parameters::default()), None, "{module} {parameter}");
            let changed = document.apply(&Parameters::default()).unwrap();
            assert_eq!(changed.training_pay.to_string(), "0.0006");
            // Once it is in force, the old value is not what it says any more.
            assert_eq!(document.check(&changed).len(), 2);
        }
        assert_eq!(problems("train", &[("train", "inner_steps", "100.0", "2e+02")]), [""; 0]);
        assert_eq!(problems("emergency", &[("reward", "training", "0.0005", "0")]), [""; 0]);
        assert_eq!(problems("arch", &[]), [""; 0]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let given = [
            ("reward", "trainin", "1", "2"),
            ("reward", "training", "0.0004", "7"),
            ("", "reward.training", "true", "0.0005"),
            ("train", "inner_steps", "100", "200.5"),
        ];
        assert_eq!(
            problems("econ", &given),
            [
                "parameter_changes[0].parameter: there is no parameter \"reward.trainin\"",
                "parameter_changes[1].old_value: reward.training is 0.0005 now, not 0.0004",
                "parameter_changes[1].new_value: reward.training may be 0 to 1 NEURO per batch and layer, not 7",
                "parameter_changes[2].parameter: reward.training is changed by parameter_changes[1] already",
                "parameter_changes[2].old_value: reward.training is counted in NEURO per batch and layer, and true is no number of those",
                "parameter_changes[2].new_value: reward.training is 0.0005 already",
                "parameter_changes[3].parameter: train.inner_steps is changed by proposals of the type train or emergency, not econ",
                "parameter_changes[3].new_value: train.inner_steps is counted in steps, and 200.5 is no number of those",
            ]
        );
    }
}
