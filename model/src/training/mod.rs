//! Training on one machine: the recipe, the schedule, the loop of a run, and the segments of a network's rounds.

mod recipe;
mod schedule;
#[cfg(feature = "burn")]
mod segment;
#[cfg(feature = "burn")]
mod step;
#[cfg(feature = "burn")]
mod trainer;

pub use recipe::{Adam, Recipe, RecipeError};
pub use schedule::Schedule;
#[cfg(feature = "burn")]
pub use segment::{Draw, Inner, InnerState, Made, Segment, replay, unit_hashes};
#[cfg(feature = "burn")]
pub use trainer::{Event, Limit, Origin, Run, RunOptions, Summary, TrainError};
