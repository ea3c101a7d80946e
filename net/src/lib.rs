//! The network: who is connected, and bytes to and from them.
//!
//! A [`Service`] owns the sockets and runs as one task; everybody else holds a [`Handle`]. What happens comes as [`Event`]s,
//! what people look at is a [`View`]. Bulk goes through [`Channel`]s, past the service's loop.
//!
//! Invariants: nothing a peer sends stops or grows it without bound; it knows no ledger, and hands on only bytes that were
//! measured first; nobody is told of as connected before they said which chain and which program they run.

mod address;
mod behaviour;
pub mod bench;
mod bucket;
pub mod bulk;
mod codec;
mod command;
mod error;
mod event;
pub mod frame;
mod gossip;
mod handle;
mod hello;
mod identity;
mod muxer;
mod names;
mod peer_file;
mod peers;
mod program;
mod random;
mod reach;
pub mod records;
mod registry;
mod roster;
mod service;
mod settings;
mod traffic;
pub mod transfer;
mod transport;
mod view;
mod wire;

pub use bulk::{Channel, ChannelError, ChannelReceiver, ChannelSender};
pub use error::{AcceptError, AskError, Busy, OpenError, RecordError, StartError};
pub use event::{Conduct, Event, MessageId, Reply, Verdict};
pub use frame::{Frame, FrameError};
pub use handle::{Handle, Incoming};
pub use identity::{key_of, peer_of};
pub use libp2p::{Multiaddr, PeerId};
pub use program::Program;
pub use service::Service;
pub use settings::{Judge, Limits, RequestKind, Role, Settings, StreamKind, Topic};
pub use view::{Dropped, PeerView, Reach, ReachState, Registered, Traffic, View};
