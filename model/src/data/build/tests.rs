//! Whole builds, what is in them, and what is left of those that fail.

use std::{fs, path::PathBuf};

use super::*;
use crate::{
    data::{Dataset, Kind, ShardFault, inspect, verify},
    tokenizer::{BOS, EOS},
};

/// A folder with a running text and documents in it.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        let text: Vec<String> = (0..2_000).map(|i| format!("The {i}th line says é again.\n")).collect();
        fs::write(folder.path().join("in/a.txt"), text.concat()).unwrap();
        let lines: Vec<String> =
            (0..300).map(|i| format!("{{\"text\": \"document {i} of many\", \"id\": {i}}}\n")).collect();
        fs::write(folder.path().join("in/b.jsonl"), lines.concat()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sources(&self) -> Vec<Source> {
        Source::resolve(&[self.path("in")]).unwrap()
    }

    fn build(&self, out: &str, options: &BuildOptions) -> Result<Manifest, DataError> {
        build(&self.path(out), &self.sources(), options, &|| false, &mut |_| ())
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn options() -> BuildOptions {
    BuildOptions { vocab: 300, shard_tokens: 5_000, ..BuildOptions::default() }
}

fn all(tokens: &crate::data::Tokens) -> Vec<u32> {
    let mut ids = vec![0; tokens.len() as usize];
    tokens.read(0, &mut ids).unwrap();
    ids
}

#[test]
fn a_build_holds_all_of_the_text() {
    let home = Home::new();
    let manifest = home.build("out", &options()).unwrap();
    assert_eq!(Manifest::open(&home.path("out")).unwrap(), manifest);
    let data = Dataset::open(&home.path("out")).unwrap();
    assert_eq!(data.tokenizer.vocab(), 300);
    let (train, validation) = (all(&data.train), all(&data.validation));
    let totals = &manifest.totals;
    assert_eq!((totals.train_tokens, totals.val_tokens), (train.len() as u64, validation.len() as u64));
    assert_eq!(totals.documents, 301, "a running text is one document");

    let documents = |ids: &[u32]| -> Vec<String> {
        assert_eq!((ids.first(), ids.last()), (Some(&BOS), Some(&EOS)));
        let bodies = ids.split(|&id| id == EOS).filter(|ids| !ids.is_empty());
        bodies.map(|ids| String::from_utf8(data.tokenizer.decode(ids).unwrap()).unwrap()).collect()
    };
    let (train, validation) = (documents(&train), documents(&validation));
    let text = fs::read_to_string(home.path("in/a.txt")).unwrap();
    assert_eq!(format!("{}{}", train[0], validation[0]), text);
    assert!((text.len() / 10 - 2..=text.len() / 10).contains(&validation[0].len()));
    let mut lines: Vec<String> = [&train[1..], &validation[1..]].concat();
    lines.sort();
    let mut wanted: Vec<String> = (0..300).map(|i| format!("document {i} of many")).collect();
    wanted.sort();
    assert_eq!(lines, wanted);
    assert!((15..50).contains(&(validation.len() - 1)), "{}", validation.len());
}

#[test]
fn a_manifest_says_what_was_read_and_written() {
    let home = Home::new();
    let mut steps = Vec::new();
    let manifest =
        build(&home.path("out"), &home.sources(), &options(), &|| false, &mut |step| steps.push(step)).unwrap();
    let [text, lines] = &manifest.sources[..] else { panic!("{:?}", manifest.sources) };
    assert_eq!((text.kind, text.documents, lines.kind, lines.documents), (Kind::Text, 1, Kind::Jsonl, 300));
    assert!(text.path.ends_with("a.txt") && text.bytes == fs::metadata(home.path("in/a.txt")).unwrap().len());
    let mut names: Vec<String> = manifest.shards.iter().map(|shard| shard.file.clone()).collect();
    names.extend(["manifest.json", "tokenizer.bpe", "tokenizer.json"].map(str::to_owned));
    names.sort();
    assert_eq!(home.names("out"), names);
    assert_eq!(home.names(""), ["in", "out"]);
    let train = manifest.shards.iter().filter(|shard| shard.split == Part::Train);
    let tokens: Vec<u64> = train.map(|shard| shard.tokens).collect();
    assert!(tokens.len() > 2 && tokens[..tokens.len() - 1].iter().all(|&tokens| tokens == 5_000), "{tokens:?}");

    assert!(matches!(steps[0], BuildProgress::Surveying { .. }));
    assert!(steps.iter().any(|step| matches!(step, BuildProgress::Learning { bytes } if *bytes > 0)));
    let total = home.sources().iter().map(Source::bytes).sum::<u64>();
    let tokens = manifest.totals.train_tokens + manifest.totals.val_tokens;
    assert_eq!(
        steps[steps.len() - 2..],
        [BuildProgress::Encoding { bytes: total, total, tokens }, BuildProgress::Finishing]
    );
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let home = Home::new();
    home.build("one", &options()).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| home.build("two", &options())).unwrap();
    assert_eq!(home.names("one"), home.names("two"));
    for name in home.names("one") {
        assert_eq!(fs::read(home.path("one").join(&name)).unwrap(), fs::read(home.path("two").join(&name)).unwrap());
    }
}

#[test]
fn a_given_tokenizer_is_used_and_duplicates_share_a_shard() {
    let home = Home::new();
    fs::remove_file(home.path("in/b.jsonl")).unwrap();
    fs::write(home.path("in/a.txt"), "a".repeat(1_000)).unwrap();
    let options = BuildOptions {
        tokenizer: Some(Tokenizer::bytes_only()),
        shard_tokens: 100,
        val_fraction: 0.0,
        ..BuildOptions::default()
    };
    let manifest = home.build("out", &options).unwrap();
    assert_eq!((manifest.tokenizer.vocab, manifest.shards.len(), manifest.totals.val_tokens), (266, 11, 0));
    assert_eq!(home.names("out").len(), 3 + 3, "the first, the last, and nine that are the same");
    assert_eq!(all(&Dataset::open(&home.path("out")).unwrap().train)[1..1_001], [75 + 32; 1_000]);
}

#[test]
fn a_failed_build_leaves_nothing() {
    let home = Home::new();
    fs::write(home.path("in/c.jsonl"), "{\"text\": \"good\"}\nbad\n").unwrap();
    // Small shards: many are written before the bad line is met.
    let error = home.build("new/out", &BuildOptions { shard_tokens: 10, ..options() }).unwrap_err().to_string();
    assert!(error.contains("c.jsonl, line 2: it is not JSON"), "{error}");
    assert_eq!(home.names(""), ["in"]);
    fs::remove_file(home.path("in/c.jsonl")).unwrap();
    let error = home.build("out", &BuildOptions { vocab: 5, ..options() }).unwrap_err();
    assert!(matches!(error, DataError::Tokenizer(_)));
    assert_eq!(home.names(""), ["in"]);
}

#[test]
fn a_folder_in_use_is_refused_before_any_work() {
    let home = Home::new();
    let error = build(&home.path("in"), &home.sources(), &options(), &|| false, &mut |_| panic!("work")).unwrap_err();
    assert!(matches!(error, DataError::NotEmpty { .. }));
}

#[test]
fn options_out_of_range_are_refused() {
    let home = Home::new();
    for val_fraction in [-0.1, 0.6, f64::NAN, f64::INFINITY] {
        let error = home.build("out", &BuildOptions { val_fraction, ..options() }).unwrap_err().to_string();
        assert!(error.starts_with("the held-out part is ") && error.ends_with("but must be from 0 to 0.5"), "{error}");
    }
    for shard_tokens in [0, SHARD_TOKENS_MAX + 1] {
        let error = home.build("out", &BuildOptions { shard_tokens, ..options() }).unwrap_err().to_string();
        assert!(error.starts_with("the tokens in a shard is "), "{error}");
    }
    let error = build(&home.path("out"), &[], &options(), &|| false, &mut |_| ()).unwrap_err();
    assert!(matches!(error, DataError::NoSources));
    let error = home.build("out", &BuildOptions { text_field: "body".to_owned(), ..options() }).unwrap_err();
    assert!(error.to_string().contains("has no field \"body\" but \"text\", \"id\""), "{error}");
}

#[test]
fn verifying_finds_one_flipped_bit() {
    let home = Home::new();
    let manifest = home.build("out", &options()).unwrap();
    let report = verify(&home.path("out")).unwrap();
    assert_eq!((report.shards, report.train_tokens), (manifest.shards.len(), manifest.totals.train_tokens));
    let shard = home.path("out").join(&manifest.shards[1].file);
    let mut bytes = fs::read(&shard).unwrap();
    bytes[1_000] ^= 4;
    fs::write(&shard, &bytes).unwrap();
    let error = verify(&home.path("out")).unwrap_err();
    let DataError::Damaged { shards, damaged, .. } = &error else { panic!("{error}") };
    assert_eq!((*shards, damaged.len(), &damaged[0].0), (manifest.shards.len(), 1, &manifest.shards[1].file));
    assert!(matches!(damaged[0].1, ShardFault::Hash { .. }));
    let said = format!("1 of {shards} shards in {} are damaged: {}", home.path("out").display(), damaged[0].0);
    assert!(error.to_string().starts_with(&said), "{error}");
    assert!(matches!(Dataset::open(&home.path("out")), Err(DataError::Damaged { .. })));

    let other = Tokenizer::bytes_only().to_file_text();
    fs::write(home.path("out/tokenizer.bpe"), other).unwrap();
    let error = verify(&home.path("out")).unwrap_err().to_string();
    assert!(error.contains("tokenizer.bpe beside it is not the tokenizer it names"), "{error}");
}

#[test]
fn an_inspection_shows_text_and_no_commands() {
    let home = Home::new();
    fs::write(home.path("in/a.txt"), "red \u{1b}[31m text\n".repeat(500)).unwrap();
    let manifest = home.build("out", &options()).unwrap();
    let inspection = inspect(&home.path("out")).unwrap();
    assert_eq!(inspection.manifest, manifest);
    assert_eq!(inspection.samples.len(), 4);
    assert!(inspection.samples.iter().all(|sample| !sample.text.contains('\u{1b}') && !sample.text.is_empty()));
    assert!(inspection.samples[0].text.contains("[31m text\n"));
    assert_eq!(inspection.samples[3].split, Part::Validation);
    assert!(serde_json::to_value(&inspection).unwrap()["manifest"]["totals"]["documents"].is_u64());
}

/// Set in the process that `build_on_a_full_disk` is for.
const FULL_DISK: &str = "NEUROSHARD_TEST_FULL_DISK";

/// Runs in a process of its own, in which a file may grow as large as the input, but not as its tokens.
#[test]
fn build_on_a_full_disk() {
    if std::env::var_os(FULL_DISK).is_none() {
        return;
    }
    let home = Home::new();
    let options = BuildOptions { tokenizer: Some(Tokenizer::bytes_only()), ..BuildOptions::default() };
    let error = home.build("out", &options).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot write {}: ", home.path("out").display())), "{error}");
    assert!(error.ends_with("; nothing was left behind"), "{error}");
    assert_eq!(home.names(""), ["in"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_reported_and_leaves_nothing() {
    let input = fs::metadata(Home::new().path("in/a.txt")).unwrap().len();
    // A limit on the size of files makes a write fail as a full disk does.
    let script = format!(
        "trap '' XFSZ; ulimit -f {} && exec \"$0\" --exact data::build::tests::build_on_a_full_disk",
        input / 512 + 1
    );
    let program = std::env::current_exe().unwrap();
    let output =
        std::process::Command::new("sh").args(["-c", &script]).arg(program).env(FULL_DISK, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn whoever_is_stopped_leaves_nothing() {
    let home = Home::new();
    for looks in 0..3 {
        let looked = std::cell::Cell::new(0);
        let stop = || looked.replace(looked.get() + 1) >= looks;
        let error = build(&home.path("out"), &home.sources(), &options(), &stop, &mut |_| ()).unwrap_err();
        assert!(matches!(error, DataError::Stopped), "{error}");
        assert_eq!(home.names(""), ["in"]);
    }
}
