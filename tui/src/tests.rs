//! What is seen, what keys do, and that nothing that is drawn can make it panic.

mod clarity;
mod drawings;
mod hostile;
mod keys;
mod states;
mod votes;
