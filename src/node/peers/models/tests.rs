//! What is given, kept and put together on a disk, and what is not believed of it.

use super::check::{CheckError, Settled};
use super::*;
use crate::governance::id::NepId;
use crate::governance::vocabulary::NewToken;
use crate::ledger::vocabulary::VocabularyStep;
use neuroshard_model::checkpoint::{RunFolder, TrainingState, config_to_json, state_folder};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{Device, Stage};
use neuroshard_model::parameters::Span;
use neuroshard_model::tokenizer::Tokenizer;
use neuroshard_model::training::{Recipe, unit_hashes};
use neuroshard_net::transfer::Store as _;
use tempfile::TempDir;

const CHAIN: ChainId = ChainId(Hash([7; 32]));

fn shape() -> ModelConfig {
    // More than a chunk of weights.
    ModelConfig::dense([2, 128, 4, 2, 384, 300, 32])
}

/// A trainer's run, and what the chain would hold of its round.
struct Trained {
    home: TempDir,
    units: Vec<Hash>,
}

impl Trained {
    fn new(seed: u64, tokenizer: &Tokenizer) -> Self {
        let home = TempDir::new().unwrap();
        let stage = Stage::initialise(&shape(), &Span::whole(&shape()), seed, &Device::cpu()).unwrap();
        let run = RunFolder::create(home.path(), 1).unwrap();
        let state = TrainingState::new("test".to_owned(), Recipe::for_model(&shape()), Vec::new(), [0; 32]);
        run.save(&stage, tokenizer, &TrainingState { step: 5, ..state }).unwrap();
        Self { home, units: unit_hashes(&stage).into_iter().map(Hash).collect() }
    }

    fn folder(&self) -> PathBuf {
        state_folder(self.home.path(), 5)
    }

    fn given(&self, round: u64) -> Given {
        Given::of(&self.folder(), CHAIN, round).unwrap()
    }

    fn settled(&self, round: u64) -> Settled {
        Settled { round, units: self.units.clone(), steps: Vec::new() }
    }
}

/// Gets all chunks of a giver, and puts them together.
fn assembled(models: &Models, given: &Given) -> PathBuf {
    let mut store = FolderStore::open(models.incoming(given.content).unwrap()).unwrap();
    for index in 0..given.checked.chunks() {
        store.put(index, &given.read(given.checked.place(index).unwrap()).unwrap()).unwrap();
    }
    models.assemble(&given.checked, &store).unwrap()
}

fn get(models: &Models, given: &Given) {
    let folder = assembled(models, given);
    models.take_over(&folder, given.checked.clone()).unwrap();
}

fn refused(settled: &Settled, folder: &Path, first: Option<Hash>) -> String {
    match settled.check(folder, &shape(), first) {
        Err(CheckError::Wrong(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_one_gives_another_has_and_gives_on_to_the_byte() {
    let trained = Trained::new(1, &Tokenizer::bytes_only());
    let given = trained.given(3);
    assert!(given.checked.chunks() > 3, "a file of several chunks");
    let home = TempDir::new().unwrap();
    let models = Models::new(home.path().join("weights"), CHAIN);
    models.open().unwrap();
    assert!(models.newest().is_none());
    let folder = assembled(&models, &given);
    trained.settled(3).check(&folder, &shape(), None).unwrap();
    models.take_over(&folder, given.checked.clone()).unwrap();
    for models in [models, Models::new(home.path().join("weights"), CHAIN)] {
        models.open().unwrap();
        let newest = models.newest().unwrap();
        assert_eq!((newest.round(), newest.content, newest.manifest()), (3, given.content, &given.checked));
        for index in 0..given.checked.chunks() {
            assert!(given.checked.verify(index, &models.chunk(given.content, index).unwrap()));
        }
        assert!(models.chunk(given.content, given.checked.chunks()).is_none());
        assert!(models.chunk(Hash([1; 32]), 0).is_none());
    }
    assert_eq!(
        crate::node::home::newest_round(&home.path().join("weights")).unwrap().file_name().unwrap(),
        "round-000000003"
    );
}

#[test]
fn what_the_disk_spoiled_is_neither_given_nor_taken() {
    let (home, trained) = (TempDir::new().unwrap(), Trained::new(1, &Tokenizer::bytes_only()));
    let models = Models::new(home.path().to_owned(), CHAIN);
    let given = trained.given(3);
    let mut store = FolderStore::open(models.incoming(given.content).unwrap()).unwrap();
    for index in 0..given.checked.chunks() {
        store.put(index, &given.read(given.checked.place(index).unwrap()).unwrap()).unwrap();
    }
    fs::write(store.path(2), b"spoiled").unwrap();
    assert_eq!(models.assemble(&given.checked, &store).unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert!(!FolderStore::open(models.incoming(given.content).unwrap()).unwrap().has(2), "it has to come again");
    get(&models, &given);
    let file = home.path().join("round-000000003/model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(models.chunk(given.content, 2).is_some(), "the rest of it is as it was");
    assert!(models.chunk(given.content, given.checked.chunks() - 1).is_none());
    assert!(models.newest().is_none());
    models.open().unwrap();
    assert!(models.newest().is_none() && !home.path().join("round-000000003").exists());
}

#[test]
fn two_rounds_are_kept_and_one_comes_in() {
    let (home, trained) = (TempDir::new().unwrap(), Trained::new(1, &Tokenizer::bytes_only()));
    let models = Models::new(home.path().to_owned(), CHAIN);
    (1..=3).for_each(|round| get(&models, &trained.given(round)));
    let rounds: Vec<u64> = models.all().iter().map(|given| given.round()).collect();
    assert_eq!(rounds, [2, 3]);
    assert!(!home.path().join("round-000000001").exists());
    let first = models.incoming(Hash([1; 32])).unwrap();
    fs::create_dir_all(&first).unwrap();
    assert_eq!(models.incoming(Hash([1; 32])).unwrap(), first);
    assert!(first.exists(), "it goes on where it was");
    models.incoming(Hash([2; 32])).unwrap();
    assert!(!first.exists(), "only the newest matters");
}

#[test]
fn a_trainers_own_files_are_never_removed() {
    let (home, trained) = (TempDir::new().unwrap(), Trained::new(1, &Tokenizer::bytes_only()));
    let models = Models::new(home.path().to_owned(), CHAIN);
    for round in 0..8 {
        models.add(Given {
            content: Hash([round; 32]),
            folder: trained.folder().join(round.to_string()),
            ..trained.given(round.into())
        });
        models.forget_old(false);
    }
    assert_eq!(models.all().len(), KEPT_OWN);
    assert!(trained.folder().join("model.safetensors").exists());
}

#[test]
fn weights_that_are_not_the_chains_are_not_believed() {
    let trained = Trained::new(1, &Tokenizer::bytes_only());
    let other = Trained::new(2, &Tokenizer::bytes_only());
    assert!(refused(&trained.settled(0), &other.folder(), None).contains("hashes"));
    let home = TempDir::new().unwrap();
    let models = Models::new(home.path().to_owned(), CHAIN);
    let folder = assembled(&models, &trained.given(0));
    let settled = trained.settled(0);
    settled.check(&folder, &shape(), None).unwrap();
    let config = fs::read_to_string(folder.join("config.json")).unwrap();
    let stretched = ModelConfig { rope_theta: 7.0, ..shape() };
    fs::write(folder.join("config.json"), config_to_json(&stretched)).unwrap();
    assert!(refused(&settled, &folder, None).contains("shape"), "the same weights mean something else in it");
    fs::write(folder.join("config.json"), config).unwrap();
    let file = folder.join("model.safetensors");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    refused(&settled, &folder, None);
    fs::write(&file, &bytes).unwrap();
    fs::write(folder.join("tokenizer.bpe"), "no tokenizer").unwrap();
    refused(&settled, &folder, None);
}

#[test]
fn a_tokenizer_is_what_genesis_and_the_chains_steps_make_of_it() {
    let token = |left: &str, right: &str| NewToken {
        left: left.as_bytes().into(),
        right: right.as_bytes().into(),
        frequency: 1,
    };
    let mut first = Tokenizer::bytes_only();
    let pair = |tokenizer: &Tokenizer, left: &str, right: &str| {
        (tokenizer.id(left.as_bytes()).unwrap(), tokenizer.id(right.as_bytes()).unwrap())
    };
    first.append(&[pair(&first, "a", "n")]).unwrap();
    let mut grown = first.clone();
    grown.append(&[pair(&grown, "t", "h")]).unwrap();
    // One of the two is no merge for it.
    let merges = vec![token("t", "h"), token("xyz", "h")];
    let steps = vec![VocabularyStep::Append { nep: NepId(1), after: 5, merges }];
    let named = Some(Hash(first.hash()));
    let (young, old) = (Trained::new(1, &first), Trained::new(1, &grown));
    let settled = |trained: &Trained, round| Settled { steps: steps.clone(), ..trained.settled(round) };
    settled(&young, 4).check(&young.folder(), &shape(), named).unwrap();
    settled(&old, 5).check(&old.folder(), &shape(), named).unwrap();
    for (trained, round, named) in [(&young, 5, named), (&old, 4, named), (&young, 4, None)] {
        assert!(refused(&settled(trained, round), &trained.folder(), named).contains("tokenizer"));
    }
}
