//! Proposals to begin with: one file a type, whose comments say what belongs where.
//!
//! Invariant: each is in order against the public defaults as it stands.

use crate::economics::parameters::NepType;

/// The file to begin a proposal of that type with.
#[must_use]
pub const fn template(kind: NepType) -> &'static str {
    match kind {
        NepType::Arch => include_str!("templates/arch.toml"),
        NepType::Econ => include_str!("templates/econ.toml"),
        NepType::Train => include_str!("templates/train.toml"),
        NepType::Net => include_str!("templates/net.toml"),
        NepType::Gov => include_str!("templates/gov.toml"),
        NepType::Emergency => include_str!("templates/emergency.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_names_its_type_and_fits_a_terminal() {
        for kind in NepType::ALL {
            let name = kind.name();
            let text = template(kind);
            assert!(text.contains(&format!("\nnep_type = \"{name}\"\n")), "{name}");
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{name}");
        }
    }
}
