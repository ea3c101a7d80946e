//! `node`: run a node in the foreground, or say how the system is to run it.
//!
//! Invariant: a flag that was not given holds nothing, because the environment or the settings file may say it instead.

use std::path::PathBuf;

use clap::ValueHint;

use crate::{Device, Listen, Multiaddr, Preset, TrackerPlace, Trust, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard node                             your own devnet, training nano
  neuroshard node --payout neuro1…            pay what it earns to a wallet
  neuroshard node --genesis net.toml          the network of that file
  neuroshard node --bootstrap /dns/boot.example/tcp/4001
  neuroshard node --json | tee events.jsonl   events for a program
  neuroshard node logs --follow               what it says
  neuroshard node stop                        save and end it
  neuroshard node service --install           start it with the machine";

const SERVICE_EXAMPLES: &str = "\
Examples:
  neuroshard node service                        see the unit
  neuroshard node service --install --threads 4  a node of yours, on 4 threads
  sudo neuroshard --home /srv/neuro node service --system --install --yes";

/// Run a node in the foreground
///
/// Trains the network's model, keeps its ledger, and earns. With no network named and none joined before, it begins a
/// private devnet, whose NEURO exists only there. SIGTERM and Ctrl-C save everything and stop. It makes room for others:
/// it runs at nice 10, and leaves one core to a desktop session.
///
/// Every flag is a setting too: --threads is `NEUROSHARD_THREADS` in the environment and `threads` in the file that
/// `neuroshard config path` names. `neuroshard config show` says what holds, and why. Addresses of others are written as
/// libp2p does: /ip4/1.2.3.4/tcp/4001, /dns/name/udp/4001/quic-v1, with /p2p/PEER at the end where it is known.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct NodeCommandArgs {
    /// What to start it with.
    #[command(flatten)]
    pub flags: NodeArgs,
    /// What to do instead of running one.
    #[command(subcommand)]
    pub command: Option<NodeCommand>,
}

/// What to do about a node, instead of running one: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum NodeCommand {
    Status(NodeStatusArgs),
    Stop(NodeStopArgs),
    Logs(NodeLogsArgs),
    Service(Box<NodeServiceArgs>),
}

/// Show what the running node does
///
/// The same as `neuroshard status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  neuroshard node status
  neuroshard node status --json")]
pub struct NodeStatusArgs {}

/// Save everything and end the running node
///
/// Waits until it has ended. Needs the token in HOME/api-token, or `NEUROSHARD_API_TOKEN`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  neuroshard node stop
  neuroshard node stop --yes          without asking
  neuroshard --home other node stop")]
pub struct NodeStopArgs {}

/// Show what the node said in its log
///
/// Reads the files in HOME/logs, whether the node runs or not.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  neuroshard node logs                 the last lines
  neuroshard node logs --follow        and what comes
  neuroshard node logs --level warn -n 1000")]
pub struct NodeLogsArgs {
    /// Show the last N lines
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    pub lines: usize,

    /// Go on with what comes
    #[arg(short, long)]
    pub follow: bool,

    /// Leave out what matters less than this
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub level: LogLevel,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum LogLevel {
    /// Every detail
    #[default]
    Trace,
    /// What helps to find an error
    Debug,
    /// What happens
    Info,
    /// What may become a problem
    Warn,
    /// Problems
    Error,
}

/// Print or install the systemd unit that runs a node
///
/// The unit runs this program on this home with the flags given here; what the settings file says holds for it too, and
/// the environment of this shell does not.
#[derive(Debug, clap::Args)]
#[command(after_help = SERVICE_EXAMPLES)]
pub struct NodeServiceArgs {
    /// A unit of this user, who needs no root for it (the usual)
    #[arg(long, conflicts_with = "system")]
    pub user: bool,

    /// A unit of the whole machine, in /etc/systemd/system
    #[arg(long)]
    pub system: bool,

    /// Write it where systemd finds it
    #[arg(long)]
    pub install: bool,

    /// What to start the node with.
    #[command(flatten)]
    pub flags: NodeArgs,
}

/// What a node is started with; what is absent is up to the other layers of settings.
#[derive(Debug, Default, Clone, clap::Args)]
pub struct NodeArgs {
    /// Listen for other nodes on this address (repeatable) [default: port 4001, TCP and QUIC; on a private devnet nowhere]
    #[arg(long, value_name = "MULTIADDR")]
    pub listen: Vec<Multiaddr>,

    /// Tell others that this address reaches the node from outside (repeatable)
    #[arg(long, value_name = "MULTIADDR")]
    pub external: Vec<Multiaddr>,

    /// Find the network through the node at this address (repeatable)
    #[arg(long, value_name = "MULTIADDR")]
    pub bootstrap: Vec<Multiaddr>,

    /// Find others through the tracker at this address (repeatable)
    #[arg(long, value_name = "MULTIADDR|URL")]
    pub tracker: Vec<TrackerPlace>,

    /// Begin from the final header of this height and hash, which somebody you trust told you
    #[arg(long, value_name = "HEIGHT:HASH")]
    pub trust: Option<Trust>,

    /// Vote on blocks as soon as enough is staked behind the node
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub validator: Option<bool>,

    /// Do not look for nodes on the local network
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub no_mdns: Option<bool>,

    /// Do not ask the router to open a port
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub no_upnp: Option<bool>,

    /// Answer questions on this address; off for nowhere [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDR|off")]
    pub listen_api: Option<Listen>,

    /// Compute on auto, cpu, cuda or cuda:N [default: auto]
    #[arg(long, value_name = "DEVICE")]
    pub device: Option<Device>,

    /// Use N processor threads [default: all cores, less one for a desktop]
    #[arg(long, value_name = "N", value_parser = values::threads)]
    pub threads: Option<usize>,

    /// Keep the ledger and train nothing
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub no_training: Option<bool>,

    /// Shape of a new devnet's model: nano, tiny, bootstrap, or a .toml file [default: nano]
    #[arg(long, value_name = "NAME|FILE.toml", value_hint = ValueHint::FilePath)]
    pub preset: Option<Preset>,

    /// Train on this text instead of the one that comes with the program (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// Inner steps of an outer round of a new devnet [default: 50]
    #[arg(long, value_name = "N", value_parser = values::inner_steps)]
    pub inner_steps: Option<u64>,

    /// Pay what the node earns to this account of a new devnet [default: the node's own]
    #[arg(long, value_name = "ADDRESS")]
    pub payout: Option<String>,

    /// Join the network that this file defines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["payout", "inner_steps", "preset"])]
    pub genesis: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn node(words: &str) -> Result<NodeCommandArgs, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "node"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Node(args)) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_given_is_absent() {
        let flags = node("").unwrap().flags;
        assert_eq!((flags.listen_api, flags.device, flags.no_training), (None, None, None));
        let flags = node("--listen-api off --device cpu --threads 2 --no-training").unwrap().flags;
        assert_eq!((flags.listen_api, flags.device), (Some(Listen(None)), Some(Device::Cpu)));
        assert_eq!((flags.threads, flags.no_training), (Some(2), Some(true)));
        assert_eq!(node("--no-training=false").unwrap().flags.no_training, Some(false));
        let flags =
            node("--listen /ip4/0.0.0.0/tcp/1 --listen /ip6/::/tcp/1 --tracker http://a:80 --validator --no-mdns");
        let flags = flags.unwrap().flags;
        assert_eq!((flags.listen.len(), flags.tracker.len(), flags.validator), (2, 1, Some(true)));
        assert_eq!((flags.no_mdns, flags.no_upnp), (Some(true), None));
        for words in ["--listen 0.0.0.0:4001", "--bootstrap /tcp/1", "--tracker name", "--trust 5"] {
            assert!(node(words).is_err(), "{words}");
        }
        for words in ["--threads 0", "--inner-steps 0", "--listen-api 0.0.0.0:1", "--genesis a --preset nano"] {
            assert!(node(words).is_err(), "{words}");
        }
    }

    #[test]
    fn a_service_takes_the_flags_of_a_node() {
        let args = node("service --install --threads 4").unwrap();
        let Some(NodeCommand::Service(service)) = args.command else { panic!() };
        assert_eq!((service.install, service.system, service.flags.threads), (true, false, Some(4)));
        assert!(node("service --user --system").is_err());
        assert!(node("--no-training service").unwrap().command.is_some());
    }
}
