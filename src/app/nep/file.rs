//! A proposal's file: what is hashed of it, what goes beside that, and everything that is wrong with either.
//!
//! Invariant: nothing is wrong with a [`NepFile`] by the parameters that it was read against.

use std::collections::BTreeMap;

use serde::Serialize;

use super::source::Source;
use crate::economics::Parameters;
use crate::economics::parameters::ParameterError;
use crate::governance::document::{
    CANONICAL_MAX, CHANGE_FIELDS, ContentHash, Document, FIELDS, Fault, IMPACT_FIELDS, Problem, UPGRADE_FIELDS,
    complete, content_hash,
};
use crate::governance::id::NepId;
use crate::governance::json::{Json, Kind};
use crate::governance::vocabulary::{NewToken, NewTokens};
use crate::ledger::neps::Content;

/// Fields that a file may have and the hash does not cover.
const BESIDE: [&str; 17] = [
    "nep_id",
    "status",
    "author",
    "author_node_id",
    "created_at",
    "updated_at",
    "code_changes",
    "content_hash",
    "signature",
    "voting_start",
    "voting_end",
    "approval_threshold",
    "quorum_threshold",
    "activation_block",
    "supersedes",
    "rollback",
    "vocabulary",
];
/// Texts without which nobody can vote.
const NEEDED: [&str; 5] = ["title", "nep_type", "abstract", "motivation", "specification"];
/// What the chain says, whatever a file says.
const OF_THE_CHAIN: [&str; 3] = ["status", "author", "author_node_id"];
/// Characters of something quoted in a problem.
const SHOWN_MAX: usize = 80;

/// A proposal that could be handed in.
#[derive(Debug)]
pub(super) struct NepFile {
    /// How its lines are named.
    pub(super) name: String,
    /// What is hashed.
    pub(super) canonical: Vec<u8>,
    /// The name of that.
    pub(super) hash: ContentHash,
    /// The same, typed.
    pub(super) document: Document,
    /// Where the code is, by path.
    pub(super) code_changes: BTreeMap<String, String>,
    /// Proposals that it takes the place of.
    pub(super) supersedes: Vec<NepId>,
    /// Merges of the tokenizer that it adds.
    pub(super) vocabulary: Option<Vocabulary>,
    /// The proposal whose tokens it takes back.
    pub(super) rollback: Option<NepId>,
    /// Fields that say what only the chain decides, which nobody reads.
    pub(super) ignored: Vec<&'static str>,
}

/// Merges of the tokenizer.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Where their frequencies were counted.
    pub(super) sources: Vec<String>,
    /// The merges, in order.
    pub(super) merges: Vec<Merge>,
}

/// Two tokens that become one.
#[derive(Debug)]
pub(super) struct Merge {
    /// The first.
    pub(super) left: String,
    /// The second.
    pub(super) right: String,
    /// How often they stand together.
    pub(super) frequency: u64,
}

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Where; the first line is 1.
    pub(super) line: u32,
    /// Such as `parameter_changes[0].new_value`; empty for what is about the whole.
    pub(super) field: String,
    /// What.
    pub(super) message: String,
}

impl Vocabulary {
    /// As the chain has them.
    fn tokens(&self) -> NewTokens {
        let token = |merge: &Merge| NewToken {
            left: merge.left.clone().into_bytes(),
            right: merge.right.clone().into_bytes(),
            frequency: merge.frequency,
        };
        NewTokens { sources: self.sources.clone(), merges: self.merges.iter().map(token).collect() }
    }
}

impl NepFile {
    /// What a proposer sends.
    pub(super) fn content(&self) -> Content {
        Content {
            document: self.canonical.clone(),
            hash: self.hash,
            code_changes: self.code_changes.clone().into_iter().collect(),
            supersedes: self.supersedes.clone(),
            vocabulary: self.vocabulary.as_ref().map(Vocabulary::tokens),
            rollback: self.rollback,
        }
    }

    /// The proposal of a file, or all that is wrong with it by these parameters.
    pub(super) fn of(source: Source, parameters: &Parameters) -> Result<Self, Vec<Finding>> {
        let Source { name, json } = source;
        let whole = match complete(&json) {
            Ok(whole) => whole,
            Err(error) => return Err(vec![Finding { line: 1, field: String::new(), message: error.to_string() }]),
        };
        let canonical = whole.write().into_bytes();
        let hash = content_hash(&canonical);
        let mut reader = Beside { findings: Vec::new() };
        let (document, problems) = Document::survey(&whole, parameters);
        for problem in &problems {
            // Nobody said the type that stands in for a missing one.
            if !matches!(problem.fault, Fault::Foreign { .. }) || json.get("nep_type").is_some() {
                reader.problem(&json, &whole, problem);
            }
        }
        reader.strangers(&json);
        reader.missing_type(&json);
        reader.size(canonical.len());
        reader.given_hash(&json, hash);
        let code_changes = reader.code_changes(&json);
        let supersedes = json.get("supersedes").map(|value| reader.names("supersedes", value)).unwrap_or_default();
        let rollback = json.get("rollback").and_then(|value| reader.name("rollback", value));
        let vocabulary = json.get("vocabulary").map(|value| reader.vocabulary(value));
        reader.judge(&json, &document, vocabulary.as_ref(), parameters);
        let ignored = OF_THE_CHAIN.into_iter().filter(|name| given(&json, name)).collect();
        reader.findings.sort_by_key(|finding| finding.line);
        if !reader.findings.is_empty() {
            return Err(reader.findings);
        }
        Ok(Self { name, canonical, hash, document, code_changes, supersedes, vocabulary, rollback, ignored })
    }
}

/// Whether a field says anything.
fn given(json: &Json, name: &str) -> bool {
    json.get(name).is_some_and(|value| value.kind != Kind::Null && value.text() != Some(""))
}

/// What collects findings.
struct Beside {
    findings: Vec<Finding>,
}

impl Beside {
    fn found(&mut self, line: u32, field: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { line, field: field.into(), message: message.into() });
    }

    /// A problem of the hashed fields, in the words of the file.
    fn problem(&mut self, json: &Json, whole: &Json, problem: &Problem) {
        let field = problem.field.as_str();
        let mut message = problem.fault.to_string();
        if problem.fault == Fault::Empty && NEEDED.contains(&field) && json.get(field).is_none() {
            message = Fault::Missing.to_string();
        }
        if let Fault::Parameter(error) = &problem.fault
            && let ParameterError::Unknown(name) = error.as_ref()
        {
            let known: Vec<&str> = Parameters::entries().iter().map(|entry| entry.name).collect();
            message += &suggestion(name, &known);
        }
        if problem.fault == Fault::Unknown {
            message += &suggestion(field.rsplit('.').next().unwrap_or(field), &CHANGE_FIELDS);
        }
        self.found(whole.line_of(field), field, message);
    }

    /// Fields that no proposal has. Those of the changes are hashed, so the document complains of them itself.
    fn strangers(&mut self, json: &Json) {
        let known: Vec<&str> = FIELDS.into_iter().chain(BESIDE).collect();
        let tables = [("economic_impact", &IMPACT_FIELDS[..]), ("upgrade_path", &UPGRADE_FIELDS[..])];
        let inner = tables.into_iter().filter_map(|(name, fields)| Some((format!("{name}."), json.get(name)?, fields)));
        for (path, table, fields) in inner.chain([(String::new(), json, known.as_slice())]) {
            for (name, value) in table.members() {
                if !fields.contains(&name.as_str()) {
                    let shown: String = name.chars().take(SHOWN_MAX).collect();
                    let message = Fault::Unknown.to_string() + &suggestion(name, fields);
                    self.found(value.line, format!("{path}{shown}"), message);
                }
            }
        }
    }

    /// The hash takes `arch` for granted, and whoever votes does not.
    fn missing_type(&mut self, json: &Json) {
        if json.get("nep_type").is_none() {
            self.found(1, "nep_type", "is missing: it is arch, econ, train, net, gov or emergency");
        }
    }

    fn size(&mut self, bytes: usize) {
        if bytes > CANONICAL_MAX {
            let message = format!("a proposal of {bytes} bytes is too large: {CANONICAL_MAX} are the most");
            self.found(1, "", message);
        }
    }

    fn given_hash(&mut self, json: &Json, hash: ContentHash) {
        let Some(given) = json.get("content_hash").filter(|_| given(json, "content_hash")) else { return };
        match given.text().map(str::parse::<ContentHash>) {
            Some(Ok(said)) if said == hash => {}
            Some(Ok(said)) => self.found(given.line, "content_hash", format!("is {said}, and the text's is {hash}")),
            Some(Err(error)) => self.found(given.line, "content_hash", error.to_string()),
            None => self.found(given.line, "content_hash", Fault::Kind("a text").to_string()),
        }
    }

    fn code_changes(&mut self, json: &Json) -> BTreeMap<String, String> {
        let Some(table) = json.get("code_changes") else { return BTreeMap::new() };
        if !matches!(table.kind, Kind::Object(_)) {
            self.found(table.line, "code_changes", Fault::Kind("a table of paths and descriptions").to_string());
        }
        let mut changes = BTreeMap::new();
        for (path, value) in table.members() {
            if let Some(text) = value.text() {
                changes.insert(path.clone(), text.to_owned());
            } else {
                let field = format!("code_changes.{}", path.chars().take(SHOWN_MAX).collect::<String>());
                self.found(value.line, field, Fault::Kind("a text").to_string());
            }
        }
        changes
    }

    fn texts(&mut self, field: &str, list: &Json) -> Vec<String> {
        if !matches!(list.kind, Kind::List(_)) {
            self.found(list.line, field, Fault::Kind("a list of texts").to_string());
        }
        let mut texts = Vec::new();
        for (at, item) in list.items().iter().enumerate() {
            match item.text() {
                Some(text) => texts.push(text.to_owned()),
                None => self.found(item.line, format!("{field}[{at}]"), Fault::Kind("a text").to_string()),
            }
        }
        texts
    }

    /// What depends on parameters beside the changes themselves.
    fn judge(&mut self, json: &Json, document: &Document, tokens: Option<&Vocabulary>, parameters: &Parameters) {
        let read = tokens.filter(|_| !self.findings.iter().any(|finding| finding.field.starts_with("vocabulary")));
        if let Some(problem) = read.and_then(|tokens| tokens.tokens().check(parameters).err()) {
            self.found(json.line_of("vocabulary"), "vocabulary", problem.to_string());
        }
        if let Some(contradiction) = document.apply(parameters).ok().and_then(|changed| changed.contradiction())
            && !document.parameter_changes.is_empty()
        {
            self.found(json.line_of("parameter_changes"), "parameter_changes", contradiction.to_string());
        }
    }

    /// Names of proposals.
    fn names(&mut self, field: &str, list: &Json) -> Vec<NepId> {
        if !matches!(list.kind, Kind::List(_)) {
            self.found(list.line, field, Fault::Kind("a list of proposals, as in [\"NEP-001\"]").to_string());
        }
        let items = list.items().iter().enumerate();
        items.filter_map(|(at, item)| self.name(&format!("{field}[{at}]"), item)).collect()
    }

    fn name(&mut self, field: &str, value: &Json) -> Option<NepId> {
        let named = value.text().and_then(|text| text.parse().ok());
        if named.is_none() {
            self.found(value.line, field, Fault::Kind("a proposal's name, as in \"NEP-001\"").to_string());
        }
        named
    }

    fn vocabulary(&mut self, table: &Json) -> Vocabulary {
        const KNOWN: [&str; 2] = ["sources", "merges"];
        if !matches!(table.kind, Kind::Object(_)) {
            self.found(table.line, "vocabulary", Fault::Kind("a table of sources and merges").to_string());
        }
        self.unknown("vocabulary", table, &KNOWN);
        let sources = table.get("sources").map(|list| self.texts("vocabulary.sources", list)).unwrap_or_default();
        let mut merges = Vec::new();
        if let Some(list) = table.get("merges") {
            if !matches!(list.kind, Kind::List(_)) {
                self.found(list.line, "vocabulary.merges", Fault::Kind("a list of merges").to_string());
            }
            for (at, item) in list.items().iter().enumerate() {
                merges.extend(self.merge(&format!("vocabulary.merges[{at}]"), item));
            }
        }
        Vocabulary { sources, merges }
    }

    fn merge(&mut self, field: &str, item: &Json) -> Option<Merge> {
        self.unknown(field, item, &["left", "right", "frequency"]);
        let text = |name| item.get(name).and_then(Json::text).map(str::to_owned);
        let frequency = item.get("frequency").and_then(Json::number).and_then(|token| token.parse().ok());
        let merge = text("left").zip(text("right")).zip(frequency);
        if merge.is_none() {
            let message = "has to be a table with the texts left and right, and a whole number frequency";
            self.found(item.line, field, message);
        }
        merge.map(|((left, right), frequency)| Merge { left, right, frequency })
    }

    fn unknown(&mut self, field: &str, table: &Json, known: &[&str]) {
        for (name, value) in table.members() {
            if !known.contains(&name.as_str()) {
                let shown: String = name.chars().take(SHOWN_MAX).collect();
                let message = Fault::Unknown.to_string() + &suggestion(name, known);
                self.found(value.line, format!("{field}.{shown}"), message);
            }
        }
    }
}

/// What was probably meant.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    /// Names that are less alike than this have nothing to do with each other.
    const ALIKE: f64 = 0.65;
    /// What is longer is no name that somebody mistyped.
    const LENGTH_MAX: usize = 60;
    if name.len() > LENGTH_MAX {
        return String::new();
    }
    let alike = known.iter().map(|known| (strsim::normalized_damerau_levenshtein(known, name), known));
    let nearest = alike.max_by(|(left, _), (right, _)| left.total_cmp(right));
    nearest.filter(|(alike, _)| *alike >= ALIKE).map_or_else(String::new, |(_, name)| format!("; do you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::parameters::NepType;
    use crate::governance::template::template;

    fn read(text: &str) -> Result<NepFile, Vec<Finding>> {
        let json = Source::parse(text.as_bytes(), true).unwrap();
        NepFile::of(Source { name: "a.toml".to_owned(), json }, &Parameters::default())
    }

    fn findings(text: &str) -> Vec<String> {
        let findings = read(text).unwrap_err();
        findings.iter().map(|Finding { line, field, message }| format!("{line}: {field}: {message}")).collect()
    }

    #[test]
    fn every_template_is_in_order() {
        for kind in NepType::ALL {
            let name = kind.name();
            let file = read(template(kind)).unwrap();
            assert_eq!(file.document.nep_type, kind);
            assert_eq!(file.document.check(&Parameters::default()), [], "{name}");
            assert_eq!(Document::read(&file.canonical).unwrap(), file.document);
        }
    }

    #[test]
    fn everything_wrong_has_its_line() {
        let text = "titel = \"t\"\nabstract = \"\"\nmotivation = \"m\"\n\
            specification = \"s\"\ncontent_hash = \"00\"\nstatus = \"ACTIVE\"\nsupersedes = [1]\n\
            [[parameter_changes]]\nmodule = \"reward\"\nparameter = \"training\"\nold = 1\nold_value = 1\n\
            rationale = \"r\"\n\n[economic_impact]\nmin_memory_change = 1\n\n[vocabulary]\nmerges = [{left = \"a\"}]\n";
        assert_eq!(
            findings(text),
            [
                "1: title: is missing",
                "1: titel: is no field that a proposal has; do you mean title?",
                "1: nep_type: is missing: it is arch, econ, train, net, gov or emergency",
                "2: abstract: is empty; whoever votes has to know",
                "5: content_hash: \"00\" is no content hash: 32 hexadecimal digits are expected",
                "7: supersedes[0]: has to be a proposal's name, as in \"NEP-001\"",
                "8: parameter_changes[0].new_value: is missing",
                "11: parameter_changes[0].old: is no field that a proposal has",
                "12: parameter_changes[0].old_value: reward.training is 0.0005 now, not 1",
                "16: economic_impact.min_memory_change: is no field that a proposal has; do you mean min_memory_change_mb?",
                "19: vocabulary.merges[0]: has to be a table with the texts left and right, and a whole number frequency",
            ]
        );
    }

    #[test]
    fn what_stands_beside_the_hash_is_kept() {
        let more = "supersedes = [\"NEP-001\"]\nstatus = \"draft\"\n";
        let table = "\n[vocabulary]\nsources = [\"s\"]\nmerges = [{left = \"a\", right = \"b\", frequency = 1001}]\n";
        let text = template(NepType::Arch).replacen("title =", &format!("{more}title ="), 1) + table;
        let file = read(&text).unwrap();
        assert_eq!((file.code_changes.len(), file.supersedes, file.ignored), (1, vec![NepId(1)], vec!["status"]));
        let Vocabulary { sources, merges } = file.vocabulary.unwrap();
        let [Merge { left, right, frequency }] = merges.as_slice() else { panic!("{merges:?}") };
        assert_eq!((sources, left.as_str(), right.as_str(), *frequency), (vec!["s".to_owned()], "a", "b", 1001));
        let hash = file.hash;
        let with = |said: &str| read(&format!("content_hash = \"{said}\"\n{text}"));
        assert_eq!(with(&hash.to_string()).unwrap().hash, hash);
        assert_eq!(with(&"0".repeat(32)).unwrap_err().len(), 1);
    }
}
