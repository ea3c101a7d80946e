//! What two programs have to agree on before they work together: version, features, and the proposals in force.
//!
//! Invariant: a feature's bit never changes its meaning; a program that is refused is told why.

use super::id::NepId;
use super::version::{Compat, Level, Version, compare};

/// Features by their bits, the lowest first.
const FEATURES: [&str; 7] =
    ["outer_rounds", "work_receipts", "challenges", "staking", "governance", "vocabulary_growth", "inference"];

/// Features of a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features(pub u64);

/// What a program tells another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protocol {
    /// Of the program.
    pub version: Version,
    /// What it can do beyond the version.
    pub features: Features,
    /// Proposals in force in its ledger, in the order of their activation.
    pub neps: Vec<NepId>,
}

impl Features {
    /// All that this program has.
    pub const OWN: Self = Self(0b111_1111);

    /// Their names; bits that nobody here knows have none.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        FEATURES.into_iter().enumerate().filter(move |(bit, _)| (self.0 >> bit) & 1 == 1).map(|(_, name)| name)
    }

    /// Names of those that others have and this one does not.
    #[must_use]
    pub fn lacks(self, other: Self) -> Vec<&'static str> {
        Self(other.0 & !self.0).names().collect()
    }
}

impl Protocol {
    /// How it goes with a peer's: by their versions, and where those go together, by what one has and the other lacks.
    #[must_use]
    pub fn compare(&self, peer: &Self) -> Compat {
        let mut compat = compare(self.version, peer.version);
        if !compat.is_compatible() {
            return compat;
        }
        let mut more = Vec::new();
        let lacks = self.features.lacks(peer.features);
        if !lacks.is_empty() {
            compat.level = compat.level.max(Level::Upgrade);
            more.push(format!("it has {}, which this program lacks", lacks.join(", ")));
        }
        if let Some(nep) = peer.neps.iter().find(|nep| !self.neps.contains(nep)) {
            compat.level = compat.level.max(Level::Compatible);
            more.push(format!("it follows {nep}, which is not in force here"));
        }
        compat.message = [vec![compat.message], more].concat().join("; ");
        compat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol(version: &str, features: u64, neps: &[u64]) -> Protocol {
        let neps = neps.iter().map(|number| NepId(*number)).collect();
        Protocol { version: version.parse().unwrap(), features: Features(features), neps }
    }

    #[test]
    fn features_and_proposals_count_where_versions_go_together() {
        let own = protocol("1.2.3", 0b11, &[1]);
        assert_eq!(own.compare(&own).level, Level::Identical);
        let newer = own.compare(&protocol("1.2.3", 0b111, &[1]));
        assert_eq!(newer.level, Level::Upgrade);
        assert_eq!(newer.message, "Identical version; it has challenges, which this program lacks");
        let ahead = own.compare(&protocol("1.2.4", 0b1, &[1, 2]));
        assert_eq!((ahead.level, ahead.is_compatible()), (Level::Compatible, true));
        assert!(ahead.message.ends_with("it follows NEP-002, which is not in force here"));
        assert!(!own.compare(&protocol("2.0.0", 0b11, &[1])).is_compatible());
    }

    #[test]
    fn every_feature_of_ours_has_a_name() {
        assert_eq!(Features::OWN.names().count(), Features::OWN.0.count_ones() as usize);
        assert_eq!(Features(u64::MAX).names().count(), FEATURES.len());
    }
}
