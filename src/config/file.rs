//! The settings file: reading it with the line of everything it says, and a template to start from.
//!
//! Invariants: a file that is there is read whole or refused with one error; what it says is never partly used.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, Layer, SETTINGS, Setting};

/// No settings file that somebody wrote is larger.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// What a settings file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Where it is, if it is there.
    pub path: Option<PathBuf>,
    /// What it says.
    pub layer: Layer,
    /// On which line each of its settings stands.
    pub lines: BTreeMap<String, usize>,
}

impl File {
    /// Reads the file at `path`; one that nobody asked for may be absent.
    pub fn read(path: &Path, asked: bool) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        match contents(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !asked => Ok(Self::default()),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// What `text` says, of a file at `path`.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let wrong = |at: usize, says: String, hint| ConfigError::File {
            path: path.to_owned(),
            line: line_of(text, at),
            says,
            hint,
        };
        let failed = |error: &toml::de::Error| {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            wrong(error.span().map_or(0, |span| span.start), message, None)
        };
        let table = DeTable::parse(text).map_err(|error| failed(&error))?.into_inner();
        let (mut layer, mut lines) = (Layer::default(), BTreeMap::new());
        for (key, value) in table {
            let (name, at) = (key.get_ref().to_string(), key.span().start);
            if !SETTINGS.iter().any(|setting| setting.name == name) {
                let (says, hint) = unknown(&name);
                return Err(wrong(at, says, Some(hint)));
            }
            let only = one_entry(key, value);
            let said = Layer::deserialize(toml::de::Deserializer::from(only));
            layer = layer.or(said.map_err(|error| wrong(at, format!("{name}: {}", error.message()), None))?);
            lines.insert(name, line_of(text, at));
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        Ok(Self { path: Some(path.to_owned()), layer: layer.within(folder), lines })
    }
}

fn one_entry<'a>(key: Spanned<std::borrow::Cow<'a, str>>, value: Spanned<DeValue<'a>>) -> Spanned<DeTable<'a>> {
    let span = value.span();
    let mut only = DeTable::new();
    only.insert(key, value);
    Spanned::new(span, only)
}

/// The line on which a byte of `text` stands, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// What is wrong with a name that is no setting's, and the nearest one that is.
fn unknown(name: &str) -> (String, String) {
    if name == "home" {
        let hint = "say where to keep things with --home DIR or NEUROSHARD_HOME".to_owned();
        return ("home can't be set in the file: every command needs it".to_owned(), hint);
    }
    let hint = match nearest(name) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`neuroshard config show` lists the settings there are".to_owned(),
    };
    (format!("there is no setting `{name}`"), hint)
}

/// The setting that somebody who wrote `name` probably meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    /// Names that are less alike than this have nothing to do with each other.
    const ALIKE: f64 = 0.65;
    /// A shorter beginning could be that of anything.
    const BEGINNING_MIN: usize = 3;
    let spelled = name.replace('_', "-").to_lowercase();
    let begins = |name: &str| spelled.len() >= BEGINNING_MIN && name.starts_with(&spelled);
    let likeness = |name: &str| {
        if begins(name) { 1.0 } else { strsim::normalized_damerau_levenshtein(name, &spelled) }
    };
    let alike = SETTINGS.iter().map(|setting| (likeness(setting.name), setting.name));
    let (alike, nearest) = alike.max_by(|(left, _), (right, _)| left.total_cmp(right))?;
    (alike >= ALIKE).then_some(nearest)
}

fn contents(path: &Path) -> io::Result<String> {
    // Opening a pipe would wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no plain file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let says = format!("it is larger than {} KiB", FILE_BYTES_MAX >> 10);
        return Err(io::Error::new(io::ErrorKind::InvalidData, says));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// A file in which every setting is explained and none is set.
#[must_use]
pub fn template() -> String {
    let head = "\
# Settings of NeuroShard. A flag and the environment beat what stands here; `neuroshard config show` says what holds.
# To change a setting, take the # before it away. Relative paths begin at the folder of this file.
";
    let settings = SETTINGS.map(|setting| {
        let (variable, Setting { name, meaning, default, example }) = (setting.variable(), setting);
        format!("\n# {meaning}.\n# {variable} in the environment. Default: {default}.\n#{name} = {example}\n")
    });
    head.to_owned() + &settings.concat()
}
