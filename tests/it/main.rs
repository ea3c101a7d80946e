//! Tests of the whole program, linked once: each file here looks at it from another side.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking, in its helpers too")]

mod cli;
mod completions;
mod process;
mod program;
mod readme;
mod tidy;
