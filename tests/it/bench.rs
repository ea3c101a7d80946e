//! `bench` as its users run it, and what fewer bits change on the command line. Speeds themselves are never asserted.

use std::fs;

use serde_json::Value;

use crate::program::Run;
use crate::small::{Small, events};

fn figures(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    events(&run.stdout)
}

#[test]
fn products_are_measured_against_the_peak() {
    let small = Small::new();
    for dtype in ["f32", "bf16"] {
        let figures = figures(&small.run(&format!("bench gemm --seconds 1 --dtype {dtype} --json")));
        let names: Vec<&str> = figures.iter().map(|figure| figure["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["peak", "gemm", "memory"]);
        assert!(figures.iter().all(|figure| figure["value"].as_f64().unwrap() > 0.0));
        assert_eq!(figures[0]["details"]["dtype"], dtype);
        let percent = figures[1]["details"]["percent_of_peak"].as_f64().unwrap();
        // Other work on the machine may slow either; the peak is still the peak.
        assert!(percent > 0.0 && percent < 130.0, "{percent} % of the peak");
    }
}

#[test]
fn fewer_bits_take_less_memory() {
    let small = Small::new();
    let bytes = ["none", "bf16", "int8"].map(|quantize| {
        let run = small.run(&format!("bench infer --preset small.toml --seconds 1 --quantize {quantize} --json"));
        let figure = &figures(&run)[0];
        assert_eq!((&figure["name"], &figure["details"]["quantize"]), (&"infer".into(), &quantize.into()));
        figure["details"]["weight_bytes"].as_u64().unwrap()
    });
    assert!(bytes[0] == 2 * bytes[1] && bytes[1] * 3 / 2 > bytes[2] && bytes[1] > bytes[2], "{bytes:?}");
}

#[cfg(unix)]
#[test]
fn another_program_is_measured_in_turns() {
    use std::os::unix::fs::PermissionsExt as _;

    let small = Small::new();
    // Stands in for Python: it keeps what it was asked, and claims a rate.
    let python = small.path("python");
    let script =
        "#!/bin/sh\nprintf '%s\\n' \"$3\" >> asked\necho '{\"tokens_per_second\": 2, \"peak_memory\": 1000}'\n";
    fs::write(&python, script).unwrap();
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
    let words =
        "bench train --preset small.toml --batch 3 --dtype bf16 --threads 2 --seconds 1 --against pytorch --json";
    let run: Run = small.command(words).env("NEUROSHARD_PYTHON", &python).output().unwrap().into();
    let figure = &figures(&run)[0];
    let details = &figure["details"];
    assert_eq!((&figure["name"], &details["against"]), (&"train".into(), &"pytorch".into()));
    let ratio = figure["value"].as_f64().unwrap() / 2.0;
    assert!((figure["ratio"].as_f64().unwrap() / ratio - 1.0).abs() < 1e-9);
    assert_eq!(
        (details["turns"].as_array().unwrap().len(), details["against_turns"].as_array().unwrap().len()),
        (3, 3)
    );
    let asked = fs::read_to_string(small.path("asked")).unwrap();
    let asked: Vec<Value> = asked.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(asked.len(), 3);
    assert_eq!(
        (&asked[0]["mode"], &asked[0]["dtype"], &asked[0]["batch"]),
        (&"train".into(), &"bf16".into(), &3.into())
    );
    assert_eq!((&asked[0]["shape"]["hidden"], &asked[0]["threads"]), (&32.into(), &2.into()));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let small = Small::new();
    let wrong = small.run("bench train --preset small.toml --against llama");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("bench infer --against llama"), "{}", wrong.stderr);
    let words = "bench infer --preset small.toml --seconds 1 --against llama";
    let absent: Run = small.command(words).env("NEUROSHARD_PYTHON", "no-such-python").output().unwrap().into();
    assert_eq!(absent.code, Some(1));
    assert!(absent.stderr.contains("no-such-python") && absent.stderr.contains("pip install"), "{}", absent.stderr);
    assert!(absent.stdout.is_empty());
}

#[test]
fn a_run_in_bf16_goes_on_in_bf16() {
    let small = Small::new();
    small.trained("--steps 4 --save-every 2 --dtype bf16 --out run");
    let exact = small.trained("--steps 4 --out exact --json");
    let state = |path: &str| fs::read_to_string(small.path(path)).unwrap();
    let state = state("run/checkpoints/step-000000002/training.json");
    assert_eq!(serde_json::from_str::<Value>(&state).unwrap()["recipe"]["dtype"], "bf16");
    fs::remove_dir_all(small.path("run/checkpoints/step-000000004")).unwrap();
    let resumed = small.run("train --resume --out run --json");
    assert_eq!(resumed.code, Some(0), "{}", resumed.stderr);
    let loss = |run: &Run| events(&run.stdout).last().unwrap()["val_loss"].as_f64().unwrap();
    let apart = (loss(&resumed) / loss(&exact) - 1.0).abs();
    assert!(apart > 0.0 && apart < 0.01, "bf16 ends {apart} from f32");
    let other = small.run("train --resume --out run --dtype f32 --json");
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("dtype"), "{}", other.stderr);
}

#[test]
fn quantised_models_write_text() {
    let small = Small::new();
    small.trained("--steps 30 --out run");
    let texts = ["none", "bf16", "int8"].map(|quantize| {
        let words = format!("infer 1 --model run --temperature 0 --max-tokens 12 --quantize {quantize} --json");
        let run = small.run(&words);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let done = events(&run.stdout).pop().unwrap();
        assert_eq!(done["tokens"], 12);
        done["text"].as_str().unwrap().to_owned()
    });
    assert!(!texts[0].is_empty() && texts[0] == texts[1], "{texts:?}");
    assert_eq!(small.run("infer 1 --model run --quantize int4").code, Some(2));
}
