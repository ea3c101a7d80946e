//! The commands that need tensors, in a build that has none (`--no-default-features`): each says so.

macro_rules! absent {
    ($command:ident, $args:ty) => {
        pub(super) mod $command {
            use crate::app::{AppError, Context, Exit};

            pub(in crate::app) fn $command(_: &Context, _: &$args) -> Result<Exit, AppError> {
                Err(super::no_tensors())
            }
        }
    };
}

absent!(export, neuroshard_commands::ExportArgs);
absent!(merges, neuroshard_commands::MergesArgs);
absent!(infer, neuroshard_commands::InferArgs);

pub(super) fn bench(_: &super::Context, _: &neuroshard_commands::BenchArgs) -> Result<super::Exit, super::AppError> {
    Err(no_tensors().hint("this build measures: neuroshard bench ledger"))
}

pub(super) mod train {
    use crate::app::{AppError, Context, Exit};

    pub(in crate::app) fn first_run(_: &Context) -> Result<Exit, AppError> {
        Err(super::no_tensors())
    }

    pub(in crate::app) fn train(_: &Context, _: &neuroshard_commands::TrainArgs) -> Result<Exit, AppError> {
        Err(super::no_tensors())
    }
}

fn no_tensors() -> super::AppError {
    super::AppError::refused(anyhow::anyhow!("this build computes nothing: it was made without tensors"))
        .hint("build it with default features: cargo build --release")
}
