//! The network: who is connected, and bytes to and from them.
//!
//! A [`Service`] owns the sockets and runs as one task; everybody else holds a [`Handle`]. What happens comes as [`Event`]s,
//! what people look at is a [`View`]. Bulk goes through [`Channel`]s, past the service's loop.
//!
//! Invariants: nothing a peer sends stops or grows it without bound; it knows no ledger, and hands on only bytes that were
//! measured first; nobody is told of as connected before they said which chain and which program they run.

mod address;
mod behaviour;
mod bucket;
mod bulk;
mod codec;
mod command;
mod error;
mod event;
mod gossip;
mod handle;
mod hello;
mod identity;
mod names;
mod peer_file;
mod peers;
mod program;
mod random;
mod reach;
mod records;
mod registry;
mod roster;
mod service;
mod settings;
mod traffic;
mod transport;
mod view;
mod wire;

pub use bulk::{Channel, ChannelError, ChannelReceiver, ChannelSender, Frame};
pub use error::{AcceptError, AskError, Busy, OpenError, RecordError, StartError};
pub use event::{Conduct, Event, MessageId, Reply, Verdict};
pub use handle::{Handle, Incoming};
pub use identity::{key_of, peer_of};
pub use libp2p::{Multiaddr, PeerId};
pub use program::Program;
pub use service::Service;
pub use settings::{Judge, Limits, RequestKind, Role, Settings, StreamKind, Topic};
pub use view::{Dropped, PeerView, Reach, ReachState, Registered, Traffic, View};
