//! Training on one machine: the recipe, the schedule and the loop.

mod recipe;
mod schedule;
#[cfg(feature = "burn")]
mod trainer;

pub use recipe::{Adam, Recipe, RecipeError};
pub use schedule::Schedule;
#[cfg(feature = "burn")]
pub use trainer::{Event, Limit, Origin, Run, RunOptions, Summary, TrainError};
