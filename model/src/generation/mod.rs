//! Writing text with a model: sampling, streaming, stop strings.

#[cfg(feature = "burn")]
mod generate;
mod sampler;
mod stop;

#[cfg(feature = "burn")]
pub use generate::{Finish, GenerateError, Piece, Request, StopReason, generate, generate_while};
pub use sampler::{SampleError, Sampler, Sampling};
