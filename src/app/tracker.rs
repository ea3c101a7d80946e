//! `tracker`: introduces nodes to each other, passes connections on, and shows what nodes say of themselves.
//!
//! Invariants: nothing depends on it; what it knows it learns anew after a start, but for its key.

mod page;
mod serve;
mod stats;
