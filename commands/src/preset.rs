//! The shape of a model: one known by name, or a TOML file that describes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A model shape, as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preset {
    /// One of [`Preset::NAMES`].
    Named(&'static str),
    /// A TOML file with the shape's fields.
    File(PathBuf),
}

impl Preset {
    /// The presets that have a name, smallest first.
    pub const NAMES: [&'static str; 3] = ["nano", "tiny", "bootstrap"];
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(name) = Self::NAMES.into_iter().find(|name| *name == text) {
            return Ok(Self::Named(name));
        }
        let path = PathBuf::from(text);
        if path.extension().is_some_and(|extension| extension == "toml") {
            return Ok(Self::File(path));
        }
        Err(format!("choose {}, or name a .toml file that describes the shape", Self::NAMES.join(", ")))
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::Preset;

    #[test]
    fn a_name_or_a_toml_file() {
        assert_eq!("nano".parse(), Ok(Preset::Named("nano")));
        assert_eq!("shapes/mine.toml".parse(), Ok(Preset::File(PathBuf::from("shapes/mine.toml"))));
        for text in ["", "Nano", "huge", "mine.json", "toml", ".toml"] {
            assert!(text.parse::<Preset>().is_err(), "{text}");
        }
    }
}
