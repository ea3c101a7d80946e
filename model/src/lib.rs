//! NeuroLLM: the language model that NeuroShard trains, and everything about it that needs no network.
#![allow(clippy::module_name_repetitions)]

pub mod corpus;
pub mod data;
pub mod random;
pub mod tokenizer;
