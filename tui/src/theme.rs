//! Styles by what they mean, so that no panel names a colour.
//!
//! The default uses the terminal's own 16 colours and the plain theme none at all: there, what is chosen is reversed and
//! what matters has a word beside it.

use ratatui::style::{Color, Modifier, Style};

/// A theme's name, as people write it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The terminal's own 16 colours.
    #[default]
    Default,
    /// Cold blues.
    Nord,
    /// Warm browns.
    Gruvbox,
    /// No colour.
    Plain,
}

impl ThemeName {
    /// Every theme, in the order in which a key changes them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Nord, Self::Gruvbox, Self::Plain];

    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Nord => "nord",
            Self::Gruvbox => "gruvbox",
            Self::Plain => "plain",
        }
    }

    /// The theme that people mean, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }

    /// The one after it, and after the last the first.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        let at = Self::ALL.iter().position(|name| *name == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// Styles by what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Which it is.
    pub name: ThemeName,
    /// All that nothing else is said of.
    pub base: Style,
    /// Names of panels and columns.
    pub title: Style,
    /// What the eye should find first: the focused panel, the main curve.
    pub accent: Style,
    /// The second curve, every other stage.
    pub contrast: Style,
    /// As it should be.
    pub good: Style,
    /// May become a problem.
    pub warn: Style,
    /// A problem.
    pub bad: Style,
    /// Labels, frames, what is of less interest.
    pub muted: Style,
    /// The chosen row, tab or button.
    pub selection: Style,
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(ThemeName::Default)
    }
}

impl Theme {
    /// The theme of that name.
    #[must_use]
    pub const fn new(name: ThemeName) -> Self {
        match name {
            ThemeName::Default => Self::sixteen(),
            ThemeName::Nord => Self::nord(),
            ThemeName::Gruvbox => Self::gruvbox(),
            ThemeName::Plain => Self::plain(),
        }
    }

    /// No colour.
    #[must_use]
    pub const fn plain() -> Self {
        let style = Style::new();
        Self {
            name: ThemeName::Plain,
            base: style,
            title: style.add_modifier(Modifier::BOLD),
            accent: style.add_modifier(Modifier::BOLD),
            contrast: style,
            good: style,
            warn: style.add_modifier(Modifier::BOLD),
            bad: style.add_modifier(Modifier::BOLD),
            muted: style,
            selection: style.add_modifier(Modifier::REVERSED),
        }
    }

    const fn sixteen() -> Self {
        let muted = Style::new().fg(Color::DarkGray);
        Self {
            name: ThemeName::Default,
            base: Style::new(),
            // Said outright, or a title would take its frame's colour.
            title: Style::new().fg(Color::Reset).add_modifier(Modifier::BOLD),
            accent: Style::new().fg(Color::Cyan),
            contrast: Style::new().fg(Color::Magenta),
            good: Style::new().fg(Color::Green),
            warn: Style::new().fg(Color::Yellow),
            bad: Style::new().fg(Color::LightRed),
            muted,
            selection: Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    const fn nord() -> Self {
        Self::painted(
            ThemeName::Nord,
            [0x2e_34_40, 0xd8_de_e9, 0xec_ef_f4, 0x88_c0_d0, 0xb4_8e_ad],
            [0xa3_be_8c, 0xeb_cb_8b, 0xd0_70_7a, 0x75_82_9c, 0x43_4c_5e],
        )
    }

    const fn gruvbox() -> Self {
        Self::painted(
            ThemeName::Gruvbox,
            [0x28_28_28, 0xeb_db_b2, 0xfb_f1_c7, 0xfe_80_19, 0x83_a5_98],
            [0xb8_bb_26, 0xfa_bd_2f, 0xfb_49_34, 0x92_83_74, 0x50_49_45],
        )
    }

    /// Ground, text, titles, accent, contrast; good, warn, bad, muted and the ground of what is chosen.
    const fn painted(name: ThemeName, first: [u32; 5], second: [u32; 5]) -> Self {
        let [ground, text, title, accent, contrast] = first;
        let [good, warn, bad, muted, chosen] = second;
        Self {
            name,
            base: Style::new().fg(Color::from_u32(text)).bg(Color::from_u32(ground)),
            title: Style::new().fg(Color::from_u32(title)).add_modifier(Modifier::BOLD),
            accent: Style::new().fg(Color::from_u32(accent)),
            contrast: Style::new().fg(Color::from_u32(contrast)),
            good: Style::new().fg(Color::from_u32(good)),
            warn: Style::new().fg(Color::from_u32(warn)),
            bad: Style::new().fg(Color::from_u32(bad)),
            muted: Style::new().fg(Color::from_u32(muted)),
            selection: Style::new().fg(Color::from_u32(title)).bg(Color::from_u32(chosen)).add_modifier(Modifier::BOLD),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_is_found_by_its_name_and_reached_by_its_key() {
        let mut name = ThemeName::Default;
        for expected in ThemeName::ALL {
            assert_eq!((name, ThemeName::parse(expected.as_str())), (expected, Some(expected)));
            assert_eq!(Theme::new(expected).name, expected);
            name = name.next();
        }
        assert_eq!((name, ThemeName::parse("pink")), (ThemeName::Default, None));
    }
}
