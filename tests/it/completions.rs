//! The scripts and the page under `completions/` are what the program prints.

use std::fs;

use crate::program::{line, root};

#[test]
fn completions_have_not_drifted() {
    let bless = std::env::var_os("NEUROSHARD_BLESS").is_some_and(|value| value == "1");
    let mut drifted = Vec::new();
    for (file, words) in [
        ("neuroshard.bash", "completions bash"),
        ("_neuroshard", "completions zsh"),
        ("neuroshard.fish", "completions fish"),
        ("neuroshard.1", "man"),
    ] {
        let path = root().join("completions").join(file);
        let said = line(words);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{words}");
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &said.stdout).unwrap();
        } else if fs::read_to_string(&path).ok() != Some(said.stdout) {
            drifted.push(file);
        }
    }
    assert!(
        drifted.is_empty(),
        "{drifted:?} under completions/ differ from what the program prints; \
         write them anew with: NEUROSHARD_BLESS=1 cargo test --test it completions"
    );
}
