//! Layers beat one another in their order, say where a value is from, and refuse nonsense with one error.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use neuroshard_commands::{Device, Listen, NodeArgs, Preset, Theme};
use proptest::prelude::*;
use proptest::{option, sample};

use super::*;

const MACHINE: Machine = Machine { cores: 8, desktop: false, ascii: false };

/// A value for each setting that is not its default.
const OTHERS: [(&str, &str); SETTINGS.len()] = [
    ("network", "\"mine\""),
    ("listen-api", "\"off\""),
    ("listen", "[\"/ip4/127.0.0.1/tcp/1\", \"/ip6/::1/udp/1/quic-v1\"]"),
    ("external", "[\"/dns/me.example/tcp/1\"]"),
    ("bootstrap", "[\"/dns/boot.example/tcp/1/p2p/16Uiu2HAm\"]"),
    ("tracker", "[\"/dns/tracker.example/tcp/1\", \"http://tracker.example:80\"]"),
    ("trust", "\"7:0000000000000000000000000000000000000000000000000000000000000000\""),
    ("validator", "true"),
    ("no-mdns", "true"),
    ("no-upnp", "true"),
    ("device", "\"cpu\""),
    ("threads", "3"),
    ("no-training", "true"),
    ("preset", "\"tiny\""),
    ("data", "[\"/a\", \"/b\"]"),
    ("inner-steps", "7"),
    ("payout", "\"PAYOUT\""),
    ("genesis", "\"/net.toml\""),
    ("theme", "\"nord\""),
    ("ascii", "true"),
    ("mouse", "false"),
];

fn address() -> String {
    crate::types::Address::of(&crate::keystore::Mnemonic::generate().unwrap().secret_key().unwrap().public())
        .to_string()
}

fn parse(text: &str) -> Result<File, ConfigError> {
    File::parse(Path::new("/etc/config.toml"), text)
}

fn everything() -> String {
    let lines = OTHERS.map(|(name, value)| format!("{name} = {value}\n"));
    lines.concat().replace("PAYOUT", &address())
}

fn variables(values: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    let values: BTreeMap<String, OsString> =
        values.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    move |name| values.get(name).cloned()
}

#[test]
fn the_table_names_every_field_of_a_layer_and_nothing_else() {
    let full = parse(&everything()).unwrap().layer.entries();
    let fields: Vec<&str> = full.keys().map(String::as_str).collect();
    assert_eq!(fields, SETTINGS.map(|setting| setting.name));
    // With `or`, nothing is lost that only one of two layers says.
    let layer = parse(&everything()).unwrap().layer;
    assert_eq!(layer.clone().or(Layer::default()), layer);
    assert_eq!(Layer::default().or(layer.clone()), layer);
}

#[test]
fn each_layer_beats_the_next_and_says_so() {
    let flags = Layer { threads: Some(1), ..Layer::default() };
    let environment = environment(&variables(&[
        ("NEUROSHARD_THREADS", "2"),
        ("NEUROSHARD_DEVICE", "cpu"),
        ("NEUROSHARD_DATA", "/a:/b"),
        ("NEUROSHARD_PRESET", ""),
    ]))
    .unwrap();
    let file = parse("# mine\nthreads = 3\ndevice = \"cuda:1\"\n\ninner-steps = 9\n").unwrap();
    let settings = Settings::resolve(flags, environment, &file, MACHINE);
    assert_eq!((settings.threads, settings.device, settings.inner_steps), (1, Device::Cpu, 9));
    assert_eq!(settings.data, ["/a", "/b"].map(PathBuf::from));
    assert_eq!((settings.preset.clone(), settings.listen_api), (Preset::Named("nano"), Listen::default()));
    let places: Vec<(&str, Origin, &str)> = settings
        .found()
        .iter()
        .filter(|found| found.source.origin != Origin::Default)
        .map(|found| (found.setting.name, found.source.origin, found.source.place.as_str()))
        .collect();
    let expected = [
        ("device", Origin::Environment, "NEUROSHARD_DEVICE"),
        ("threads", Origin::Flag, "--threads"),
        ("data", Origin::Environment, "NEUROSHARD_DATA"),
        ("inner-steps", Origin::File, "/etc/config.toml line 5"),
    ];
    assert_eq!(places.iter().filter(|place| place.0 != "data").count(), 3);
    for place in expected {
        assert!(places.contains(&place), "{place:?} {places:?}");
    }
    assert_eq!(settings.origin("preset"), Origin::Default);
}

#[test]
fn of_a_name_and_a_genesis_file_the_higher_layer_names_the_network() {
    let named = |flags: &str, file: &str| {
        let flags = parse(flags).unwrap().layer;
        Settings::resolve(flags, Layer::default(), &parse(file).unwrap(), MACHINE).named_network()
    };
    let (network, genesis) = ("network = \"a\"", "genesis = \"/g.toml\"");
    assert_eq!(named("", ""), None);
    assert_eq!(named(network, genesis).as_deref(), Some("a"));
    assert_eq!(named(genesis, network).as_deref(), Some("/g.toml"));
    assert_eq!(named("", &format!("{network}\n{genesis}")).as_deref(), Some("/g.toml"));
    assert_eq!(named("", network).as_deref(), Some("a"));
}

#[test]
fn every_setting_can_stand_in_the_environment() {
    let file = parse(&everything()).unwrap().layer;
    let address = address();
    let said = OTHERS.map(|(name, value)| {
        let setting = SETTINGS.into_iter().find(|setting| setting.name == name).unwrap();
        let between = if name == "data" { ":" } else { "," };
        let words =
            value.trim_matches(['[', ']']).replace("\", \"", between).replace('"', "").replace("PAYOUT", &address);
        (setting.variable(), words)
    });
    let said: Vec<(&str, &str)> = said.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let layer = environment(&variables(&said)).unwrap();
    assert_eq!(Layer { payout: None, ..layer }, Layer { payout: None, ..file });
}

#[test]
fn flags_become_a_layer() {
    let args = NodeArgs { threads: Some(2), data: vec!["a".into()], no_training: Some(true), ..NodeArgs::default() };
    let expected =
        Layer { threads: Some(2), data: Some(vec!["a".into()]), no_training: Some(true), ..Layer::default() };
    assert_eq!(Layer::flags(&args).unwrap(), expected);
    assert_eq!(Layer::flags(&NodeArgs::default()).unwrap(), Layer::default());
    let wrong = NodeArgs { payout: Some("nobody".to_owned()), ..NodeArgs::default() };
    assert!(Layer::flags(&wrong).unwrap_err().to_string().starts_with("--payout: "));
}

#[test]
fn a_desktop_keeps_a_core_and_an_old_locale_its_letters() {
    let machine = |cores, desktop| Machine { cores, desktop, ..MACHINE }.threads();
    assert_eq!([machine(8, false), machine(8, true), machine(1, true)], [8, 7, 1]);
    let of = |values| Machine::of(&variables(values));
    assert!(of(&[("DISPLAY", ":0")]).desktop && of(&[("WAYLAND_DISPLAY", "w")]).desktop);
    assert!(!of(&[("DISPLAY", "")]).desktop);
    if cfg!(target_os = "linux") {
        assert!(of(&[]).ascii && of(&[("LANG", "C")]).ascii && of(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).ascii);
        assert!(!of(&[("LANG", "en_US.UTF-8")]).ascii && !of(&[("LC_ALL", ""), ("LANG", "de_DE.utf8")]).ascii);
    }
}

#[test]
fn the_template_says_nothing_and_uncommented_says_the_defaults() {
    let template = template();
    assert_eq!(parse(&template).unwrap().layer, Layer::default());
    assert!(template.lines().all(|line| line.is_empty() || line.starts_with('#')));
    let machine = Machine { cores: 4, ..MACHINE };
    let builtin = Layer::builtin(machine).entries();
    let set = template.lines().filter_map(|line| line.strip_prefix('#')).filter(|line| !line.starts_with(' '));
    let set: Vec<&str> = set.filter(|line| builtin.contains_key(line.split_once(" = ").unwrap().0)).collect();
    assert_eq!(set.len(), builtin.len());
    assert_eq!(parse(&set.join("\n")).unwrap().layer.entries(), builtin);
}

#[test]
fn relative_paths_begin_where_the_file_is() {
    let layer =
        parse("data = [\"a\", \"/b\"]\ngenesis = \"net/g.toml\"\npreset = \"shape.toml\"\nnetwork = \"sub/n.toml\"")
            .unwrap()
            .layer;
    assert_eq!(layer.data.unwrap(), ["/etc/a", "/b"].map(PathBuf::from));
    assert_eq!(layer.genesis.unwrap(), Path::new("/etc/net/g.toml"));
    assert_eq!(layer.preset.unwrap(), Preset::File("/etc/shape.toml".into()));
    assert_eq!(layer.network.unwrap(), "/etc/sub/n.toml");
    assert_eq!(parse("network = \"devnet\"").unwrap().layer.network.unwrap(), "devnet");
}

#[test]
fn wrong_files_are_refused_with_place_reason_and_remedy() {
    let cases = [
        ("\n\nthreads = 0", 3, "threads: must be at least 1", "config init"),
        ("threads = \"many\"", 1, "threads: give a whole number", "config init"),
        ("threads = 1.5", 1, "threads: give a whole number", "config init"),
        ("threads = -1", 1, "threads: give a whole number", "config init"),
        ("threads = [1, 2]", 1, "threads: ", "config init"),
        ("device = \"gpu\"", 1, "device: choose auto, cpu, cuda or cuda:N", "config init"),
        ("device = [\"cpu\", \"cuda\"]", 1, "device: give one value", "config init"),
        ("listen-api = \"0.0.0.0:1\"", 1, "listen-api: only loopback addresses are safe", "config init"),
        ("no-training = \"yes\"", 1, "no-training: choose true or false", "config init"),
        ("inner-steps = 99999", 1, "inner-steps: must be at most 10000", "config init"),
        ("theme = \"pink\"", 1, "theme: choose default", "config init"),
        ("payout = \"neuro1\"", 1, "payout: ", "config init"),
        ("genesis = \"\"", 1, "genesis: it is empty", "config init"),
        ("data = [\"\"]", 1, "data: a path is empty", "config init"),
        ("a = 1\nthread = 1", 1, "there is no setting `a`", "config show"),
        ("mouse = true\nthread = 1", 2, "there is no setting `thread`", "did you mean `threads`?"),
        ("listen_api = \"off\"", 1, "there is no setting `listen_api`", "did you mean `listen-api`?"),
        ("listen = \"off\"", 1, "listen: give an address such as /ip4/", "config init"),
        ("bootstrap = [\"/ip4/1.2.3.4/tcp/1\", \"\"]", 1, "bootstrap: give an address", "config init"),
        ("tracker = \"name\"", 1, "tracker: give an address", "config init"),
        ("trust = \"5:zz\"", 1, "trust: give a height and the hash", "config init"),
        ("validator = 1", 1, "validator: choose true or false", "config init"),
        ("home = \"/x\"", 1, "home can't be set in the file", "--home DIR"),
        ("[node]\nthreads = 1", 1, "there is no setting `node`", "config show"),
        ("[device]\nthreads = 1", 1, "device: invalid type", "config init"),
        ("device = \"cpu\"\ndevice = \"auto\"", 2, "duplicate key", "config init"),
        ("threads = 1\nthreads 4", 2, "", "config init"),
        ("\u{0}", 1, "", "config init"),
    ];
    for (text, line, says, remedy) in cases {
        let error = parse(text).unwrap_err();
        let whole = error.to_string();
        let place = format!("/etc/config.toml line {line}: ");
        assert!(whole.starts_with(&format!("{place}{says}")) && !whole.contains('\n'), "{text:?}: {whole}");
        assert!(error.hint().contains(remedy), "{text:?}: {}", error.hint());
    }
}

#[test]
fn the_environment_is_refused_in_the_same_words() {
    let refused = |name, value| environment(&variables(&[(name, value)])).unwrap_err().to_string();
    assert_eq!(refused("NEUROSHARD_THREADS", "0"), "NEUROSHARD_THREADS: must be at least 1");
    assert_eq!(refused("NEUROSHARD_DEVICE", "gpu"), "NEUROSHARD_DEVICE: choose auto, cpu, cuda or cuda:N");
    assert_eq!(refused("NEUROSHARD_MOUSE", "1"), "NEUROSHARD_MOUSE: choose true or false");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = |_: &str| Some(OsString::from_vec(vec![0xff]));
        assert!(environment(&odd).unwrap_err().to_string().contains("UTF-8"));
    }
}

#[test]
fn a_variable_that_nobody_reads_is_noticed_if_it_is_near_one() {
    let names = ["NEUROSHARD_THREAD", "NEUROSHARD_THREADS", "NEUROSHARD_HOME", "NEUROSHARD_LONG", "PATH", "THREAD"];
    let found = misspelt(names.map(ToOwned::to_owned));
    assert_eq!(found, [("NEUROSHARD_THREAD".to_owned(), "NEUROSHARD_THREADS".to_owned())]);
}

#[test]
fn files_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    assert_eq!(File::read(&path, false).unwrap(), File::default());
    assert!(File::read(&path, true).unwrap_err().hint().contains("config init"));
    std::fs::write(&path, vec![b'#'; 65 << 10]).unwrap();
    assert!(File::read(&path, false).unwrap_err().to_string().contains("larger than 64 KiB"));
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(File::read(&path, false).unwrap_err().to_string().contains("not UTF-8"));
    assert!(File::read(folder.path(), false).unwrap_err().to_string().contains("no plain file"));
    let nested = "data = ".to_owned() + &"[".repeat(20_000);
    std::fs::write(&path, nested).unwrap();
    assert!(matches!(File::read(&path, false), Err(ConfigError::File { line: 1, .. })));
}

fn any_layer() -> impl Strategy<Value = Layer> {
    (
        option::of(1_usize..99),
        option::of(any::<bool>()),
        option::of(1_u64..99),
        option::of(sample::select(vec![Device::Auto, Device::Cpu, Device::Cuda(1)])),
        option::of(sample::select(Theme::ALL.to_vec())),
        option::of(sample::select(vec!["a", "b"])),
        option::of(any::<bool>()),
    )
        .prop_map(|(threads, no_training, inner_steps, device, theme, network, mouse)| Layer {
            threads,
            no_training,
            inner_steps,
            device,
            theme,
            network: network.map(ToOwned::to_owned),
            mouse,
            ..Layer::default()
        })
}

proptest! {
    #[test]
    fn prop_the_first_layer_that_says_something_holds(flags in any_layer(), env in any_layer(), file in any_layer()) {
        let settings = Settings::resolve(
            flags.clone(), env.clone(), &File { layer: file.clone(), ..File::default() }, MACHINE);
        let layers = [
            (Origin::Flag, flags.entries()),
            (Origin::Environment, env.entries()),
            (Origin::File, file.entries()),
            (Origin::Default, Layer::builtin(MACHINE).entries()),
        ];
        for found in settings.found() {
            let first = layers.iter().find(|(_, entries)| entries.contains_key(found.setting.name));
            let value = first.map_or(&serde_json::Value::Null, |(_, entries)| &entries[found.setting.name]);
            prop_assert_eq!(&found.value, value);
            prop_assert_eq!(found.source.origin, first.map_or(Origin::Default, |(origin, _)| *origin));
        }
        let merged = flags.or(env).or(file).or(Layer::builtin(MACHINE));
        prop_assert_eq!(Some(settings.threads), merged.threads);
        prop_assert_eq!(Some(settings.device), merged.device);
        prop_assert_eq!(Some(settings.theme), merged.theme);
        prop_assert_eq!(Some(settings.mouse), merged.mouse);
        prop_assert_eq!(settings.network, merged.network);
    }

    #[test]
    fn prop_no_file_panics(text in "\\PC{0,80}|[a-z=\\[\\]\"'#.\\n -]{0,80}") {
        let _ = parse(&text);
    }
}
