//! NeuroLLM: the language model that NeuroShard trains, and everything about it that needs no network.
#![allow(clippy::module_name_repetitions)]

#[cfg(feature = "burn")]
pub mod checkpoint;
pub mod config;
pub mod corpus;
pub mod data;
mod files;
pub mod generation;
pub mod kernels;
pub mod merkle;
#[cfg(feature = "burn")]
pub mod neurollm;
pub mod parameters;
pub mod random;
pub mod tokenizer;
pub mod training;
