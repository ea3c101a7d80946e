//! What must outlive the program: files and tables.
//!
//! Invariant: what was reported as stored is there after a loss of power.

pub mod wal;
