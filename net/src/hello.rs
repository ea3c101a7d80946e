//! What a peer says of itself first, and whether it is for us.
//!
//! Invariant: a peer is taken only if it is a tracker, or of our chain with a program that goes with ours; a tracker takes
//! nodes of any chain.

use crate::names::{Belongs, belongs};
use crate::{Judge, Program, Role};

/// Longest piece of a peer's own words that is repeated to people.
const QUOTED_MAX: usize = 64;

/// A peer that is for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) tracker: bool,
    pub(crate) program: Program,
}

/// Judges a peer's hello; the error says why it is not for us.
pub(crate) fn judge(version: &str, agent: &str, chain: &[u8; 32], role: Role, judge: &Judge) -> Result<Hello, String> {
    let Some(belongs) = belongs(version) else {
        return Err(format!("not a node of this network: it speaks {}", quoted(version)));
    };
    let Some(program) = Program::parse(agent) else {
        return Err(format!("not a program of this network: {}", quoted(agent)));
    };
    let tracker = match belongs {
        Belongs::Tracker => true,
        Belongs::Chain(theirs) if role == Role::Node && theirs != *chain => {
            return Err(format!(
                "another chain: it is on {}, this node on {}",
                crate::names::hex(&theirs[..8]),
                crate::names::hex(&chain[..8])
            ));
        }
        Belongs::Chain(_) => false,
    };
    if !tracker && role == Role::Node {
        judge(&program).map_err(|reason| format!("its program does not go with ours: {reason}"))?;
    }
    Ok(Hello { tracker, program })
}

/// A peer's words, short and without anything that could disturb a terminal.
pub(crate) fn quoted(words: &str) -> String {
    let clean = |letter: char| if letter.is_ascii_graphic() || letter == ' ' { letter } else { '?' };
    format!("\"{}\"", words.chars().take(QUOTED_MAX).map(clean).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;
    use std::sync::Arc;

    #[test]
    fn only_our_kind_is_taken() {
        let ours = Names::new([1; 32]).version(Role::Node);
        let theirs = Names::new([2; 32]).version(Role::Node);
        let tracker = Names::new([1; 32]).version(Role::Tracker);
        let agent = Program { version: [0, 1, 0], features: 3 }.to_string();
        let old = Program { version: [0, 0, 9], features: 3 }.to_string();
        let test: Judge = Arc::new(|program| if program.version[1] == 0 { Err("too old".to_owned()) } else { Ok(()) });
        let of = |version: &str, agent: &str, role| judge(version, agent, &[1; 32], role, &test);
        assert!(!of(&ours, &agent, Role::Node).unwrap().tracker);
        assert!(of(&tracker, &old, Role::Node).unwrap().tracker);
        assert!(of(&theirs, &agent, Role::Node).unwrap_err().contains("another chain"));
        assert!(of(&ours, &old, Role::Node).unwrap_err().contains("too old"));
        assert!(of(&theirs, &old, Role::Tracker).is_ok());
        assert!(of("ipfs/0.1.0", &agent, Role::Tracker).is_err());
        let nasty = of(&ours, "\u{1b}[2Jkubo", Role::Node).unwrap_err();
        assert!(!nasty.contains('\u{1b}'), "{nasty}");
    }
}
