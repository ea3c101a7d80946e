//! Tests of the whole program, linked once: each file here looks at it from another side.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking, in its helpers too")]

#[cfg(feature = "flex")]
mod api;
mod bench;
mod bench_governance;
mod bench_ledger;
mod cli;
mod completions;
mod config;
#[cfg(feature = "flex")]
mod dashboard;
mod data;
mod decoders;
#[cfg(feature = "flex")]
mod devnet;
mod doctor;
#[cfg(feature = "flex")]
mod export;
#[cfg(all(target_os = "linux", feature = "flex"))]
mod founders;
mod golden;
#[cfg(feature = "flex")]
mod governance;
#[cfg(feature = "flex")]
mod huggingface;
#[cfg(feature = "flex")]
mod infer;
#[cfg(feature = "flex")]
mod llama_cpp;
#[cfg(feature = "flex")]
mod model_distribution;
#[cfg(all(target_os = "linux", feature = "flex"))]
mod namespaces;
#[cfg(feature = "flex")]
mod network;
#[cfg(feature = "flex")]
mod node;
#[cfg(feature = "flex")]
mod openai;
mod process;
mod program;
mod readme;
mod service;
#[cfg(feature = "flex")]
mod small;
mod tidy;
mod tracker;
#[cfg(feature = "flex")]
mod train;
mod wallet;
