//! The colours of the dashboard, by name.

use std::fmt;
use std::str::FromStr;

/// A set of colours, as asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// The terminal's own sixteen.
    #[default]
    Default,
    /// Cool and muted.
    Nord,
    /// Warm and muted.
    Gruvbox,
    /// None.
    Plain,
}

impl Theme {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Nord, Self::Gruvbox, Self::Plain];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Nord => "nord",
            Self::Gruvbox => "gruvbox",
            Self::Plain => "plain",
        }
    }
}

impl FromStr for Theme {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|theme| theme.name() == text);
        found.ok_or_else(|| "choose default, nord, gruvbox or plain".to_owned())
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn themes_go_by_the_names_that_a_refusal_lists() {
        let refusal = "solarized".parse::<Theme>().unwrap_err();
        for theme in Theme::ALL {
            assert_eq!(theme.to_string().parse(), Ok(theme));
            assert!(refusal.contains(theme.name()), "{refusal}");
        }
    }
}
