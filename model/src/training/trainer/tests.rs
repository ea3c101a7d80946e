//! Exact resume, and every way a run can end.

use super::*;
use crate::data::Source;
use crate::parameters;
use std::cell::Cell;
use std::path::Path;

/// Sentences with structure to learn, as bytes.
fn data() -> Dataset {
    let lines: Vec<String> = (0..400).map(|i| format!("{} plus {} is {}. ", i % 7, i % 5, i % 7 + i % 5)).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sums.txt");
    std::fs::write(&path, lines.concat()).unwrap();
    Dataset::from_sources(&[path], 266, None).unwrap()
}

fn config() -> ModelConfig {
    ModelConfig::dense([2, 32, 4, 2, 48, 266, 16])
}

fn recipe() -> Recipe {
    Recipe { batch: 4, accumulate: 2, lr: 1e-2, min_lr: 1e-3, ..Recipe::for_model(&config()) }
}

fn options(limit: Option<Limit>) -> RunOptions {
    RunOptions { limit, reschedule: false, val_every: Some(10), save_every: Some(4) }
}

fn fresh(path: &Path, data: &Dataset, recipe: Recipe) -> Run {
    let folder = RunFolder::create(path, 2).unwrap();
    Run::create(folder, &config(), recipe, Origin::default(), data, &Device::cpu()).unwrap()
}

fn resumed(path: &Path, data: &Dataset) -> Run {
    let folder = RunFolder::reopen(path, 2).unwrap();
    Run::resume(folder, &Checkpoint::open(path).unwrap().checkpoint, data, &Device::cpu()).unwrap()
}

/// The bits of every loss, rate and norm of a session, with its summary.
fn train(run: &mut Run, data: &Dataset, options: &RunOptions, stop_after: u64) -> (Vec<[u64; 4]>, Summary) {
    let mut seen = Vec::new();
    let steps = Cell::new(0);
    let summary = run
        .train(data, options, &|| steps.get() >= stop_after, &mut |event| {
            if let Event::Step { step, loss, lr, grad_norm, .. } = event {
                seen.push([*step, loss.to_bits(), lr.to_bits(), grad_norm.to_bits()]);
                steps.set(steps.get() + 1);
            }
        })
        .unwrap();
    (seen, summary)
}

fn weights(run: &Run) -> Vec<Vec<f32>> {
    (0..run.stage().specs().len()).map(|index| run.stage().weight(index)).collect()
}

#[test]
fn a_resumed_run_is_bit_identical_to_one_never_stopped() {
    let data = data();
    let [whole, parts] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let to_the_end = options(Some(Limit::Steps(30)));
    let mut straight = fresh(whole.path(), &data, recipe());
    let (expected, summary) = train(&mut straight, &data, &to_the_end, u64::MAX);
    assert_eq!(expected.len(), 30);

    let mut seen = Vec::new();
    for stop_after in [7, 11, u64::MAX] {
        let mut run = if seen.is_empty() { fresh(parts.path(), &data, recipe()) } else { resumed(parts.path(), &data) };
        let limit = if seen.is_empty() { to_the_end.clone() } else { options(None) };
        let (losses, part) = train(&mut run, &data, &limit, stop_after);
        assert_eq!(part.interrupted, stop_after != u64::MAX);
        seen.extend(losses);
        if stop_after == u64::MAX {
            assert_eq!(part.val_loss.map(f64::to_bits), summary.val_loss.map(f64::to_bits));
            assert_eq!(weights(&run), weights(&straight));
        }
    }
    assert_eq!(seen, expected);
}

#[test]
fn a_run_that_was_killed_goes_on_from_its_last_checkpoint() {
    let data = data();
    let [whole, killed] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let limit = options(Some(Limit::Steps(10)));
    let (expected, _) = train(&mut fresh(whole.path(), &data, recipe()), &data, &limit, u64::MAX);
    // Killed at step 7: only what was saved at step 4 remains.
    let mut run = fresh(killed.path(), &data, recipe());
    train(&mut run, &data, &limit, 7);
    drop(run);
    std::fs::remove_dir_all(killed.path().join("checkpoints/step-000000007")).unwrap();
    let (seen, _) = train(&mut resumed(killed.path(), &data), &data, &options(None), u64::MAX);
    assert_eq!(seen, expected[4..]);
}

#[test]
fn it_learns_and_starts_from_chance() {
    let data = data();
    let dir = tempfile::tempdir().unwrap();
    let mut run = fresh(dir.path(), &data, recipe());
    let mut vals = Vec::new();
    run.train(&data, &options(Some(Limit::Steps(60))), &|| false, &mut |event| {
        if let Event::Val { step, loss } = event {
            vals.push((*step, *loss));
        }
    })
    .unwrap();
    assert_eq!(vals.iter().map(|val| val.0).collect::<Vec<_>>(), [0, 10, 20, 30, 40, 50, 60]);
    assert!((vals[0].1 - 266f64.ln()).abs() < 0.1, "an untrained model guesses evenly: {vals:?}");
    assert!(vals[6].1 < 0.4 * vals[0].1, "it learns: {vals:?}");
    assert!(parameters::count(&config()) > 0);
}

#[test]
fn numbers_that_are_none_stop_the_run_and_name_step_batch_and_checkpoint() {
    let data = data();
    let dir = tempfile::tempdir().unwrap();
    let mut run = fresh(dir.path(), &data, Recipe { lr: 1e30, min_lr: 1e30, warmup: Some(0), ..recipe() });
    let every_step = RunOptions { save_every: Some(1), ..options(Some(Limit::Steps(20))) };
    let error = run.train(&data, &every_step, &|| false, &mut |_| ()).unwrap_err();
    let TrainError::Diverged { step, windows, .. } = &error else { panic!("{error}") };
    assert!((1..20).contains(step) && windows.len() == 4);
    assert!(error.to_string().contains("checkpoint"), "{error}");
    // Whatever was saved is made of numbers.
    if let Ok(opened) = Checkpoint::open(dir.path()) {
        assert!(opened.checkpoint.model(&Device::cpu()).unwrap().is_finite());
    }
}

#[test]
fn another_horizon_recipe_or_text_is_refused_unless_meant() {
    let data = data();
    let dir = tempfile::tempdir().unwrap();
    train(&mut fresh(dir.path(), &data, recipe()), &data, &options(Some(Limit::Steps(4))), u64::MAX);
    let mut run = resumed(dir.path(), &data);
    let longer = options(Some(Limit::Steps(8)));
    let refused = run.train(&data, &longer, &|| false, &mut |_| ()).unwrap_err();
    assert!(matches!(refused, TrainError::Horizon { saved: 4, asked: 8 }));
    let other = Recipe { lr: 2e-2, ..recipe() };
    assert_eq!(
        run.set_recipe(other, false).unwrap_err().to_string(),
        "this run was started with other settings (lr 0.01 → 0.02)"
    );
    run.set_recipe(other, true).unwrap();
    let (seen, _) = train(&mut run, &data, &RunOptions { reschedule: true, ..longer }, u64::MAX);
    assert_eq!(seen.iter().map(|step| step[0]).collect::<Vec<_>>(), [5, 6, 7, 8]);
    drop(run);

    let more = Source::text("more", b"entirely other text, long enough for a window or two".repeat(9)).unwrap();
    assert_eq!(more.bytes(), 9 * 52);
    let path = dir.path().join("other.txt");
    std::fs::write(&path, "entirely other text, long enough for a window or two".repeat(9)).unwrap();
    let other = Dataset::from_sources(&[path], 266, None).unwrap();
    let checkpoint = Checkpoint::open(dir.path()).unwrap().checkpoint;
    let folder = RunFolder::reopen(dir.path(), 2).unwrap();
    let refused = Run::resume(folder, &checkpoint, &other, &Device::cpu()).unwrap_err();
    assert!(matches!(refused, TrainError::Data), "{refused}");
}

#[test]
fn a_run_limited_by_time_ends_and_a_finished_run_has_nothing_to_do() {
    let data = data();
    let dir = tempfile::tempdir().unwrap();
    let mut run = fresh(dir.path(), &data, recipe());
    let (seen, summary) = train(&mut run, &data, &options(Some(Limit::Time(Duration::ZERO))), u64::MAX);
    assert_eq!((seen.len(), summary.steps), (1, 1), "at least one step, whatever the clock says");
    drop(run);
    let done = tempfile::tempdir().unwrap();
    train(&mut fresh(done.path(), &data, recipe()), &data, &options(Some(Limit::Tokens(100))), u64::MAX);
    let mut run = resumed(done.path(), &data);
    let (seen, summary) = train(&mut run, &data, &options(None), u64::MAX);
    assert_eq!((seen.len(), summary.steps, summary.train_loss), (0, 1, None));
}
