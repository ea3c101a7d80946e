//! The terminal: what the dashboard could draw on it.

use std::env;
use std::io::{IsTerminal as _, stderr, stdout};

use super::Check;

/// Columns and rows that the dashboard needs for all its panels.
const LEAST: (u16, u16) = (80, 24);

pub(super) fn checks(ascii: bool) -> Vec<Check> {
    let locale = if ascii {
        let mend = "choose a UTF-8 locale for lines and charts, such as LANG=C.UTF-8";
        Check::warn("locale", "it is not UTF-8: the dashboard draws in ASCII", mend)
    } else {
        Check::ok("locale", "UTF-8")
    };
    vec![terminal(), locale]
}

fn terminal() -> Check {
    const NAME: &str = "terminal";
    if !stdout().is_terminal() && !stderr().is_terminal() {
        return Check::ok(NAME, "none here");
    }
    let colours = colours(&|name| env::var(name).unwrap_or_default());
    let Some((columns, rows)) = size() else { return Check::ok(NAME, colours) };
    let detail = format!("{columns} x {rows}, {colours}");
    if columns < LEAST.0 || rows < LEAST.1 {
        return Check::warn(NAME, detail, format!("make it {} x {} for the whole dashboard", LEAST.0, LEAST.1));
    }
    Check::ok(NAME, detail)
}

fn colours(variable: &dyn Fn(&str) -> String) -> &'static str {
    let term = variable("TERM");
    if !variable("NO_COLOR").is_empty() {
        "no colour, as NO_COLOR asks"
    } else if term.is_empty() || term == "dumb" {
        "no colour"
    } else if matches!(variable("COLORTERM").as_str(), "truecolor" | "24bit") {
        "all colours"
    } else if term.contains("256color") {
        "256 colours"
    } else {
        "16 colours"
    }
}

#[cfg(unix)]
fn size() -> Option<(u16, u16)> {
    let found = rustix::termios::tcgetwinsize(stdout()).or_else(|_| rustix::termios::tcgetwinsize(stderr())).ok()?;
    Some((found.ws_col, found.ws_row)).filter(|(columns, rows)| *columns > 0 && *rows > 0)
}

#[cfg(not(unix))]
fn size() -> Option<(u16, u16)> {
    None
}

#[cfg(test)]
mod tests {
    use super::colours;

    #[test]
    fn colours_are_what_the_environment_says() {
        let cases = [
            ("", "", "", "no colour"),
            ("dumb", "truecolor", "", "no colour"),
            ("xterm", "", "", "16 colours"),
            ("xterm-256color", "", "", "256 colours"),
            ("xterm", "truecolor", "", "all colours"),
            ("xterm", "truecolor", "1", "no colour, as NO_COLOR asks"),
        ];
        for (term, colorterm, no_color, expected) in cases {
            let variable = |name: &str| match name {
                "TERM" => term.to_owned(),
                "COLORTERM" => colorterm.to_owned(),
                _ => no_color.to_owned(),
            };
            assert_eq!(colours(&variable), expected);
        }
    }
}
