//! The network's table: signed records, and who has which content.
//!
//! Invariants: only verified records are stored or handed on, and a newer one is never replaced by an older; every question
//! ends.

use super::Service;
use crate::behaviour::{RECORD_MAX, RECORD_TTL};
use crate::bucket::Allowed;
use crate::{PeerId, RecordError, records};
use libp2p::kad::store::{MemoryStore, RecordStore as _};
use libp2p::kad::{self, GetProvidersOk, GetRecordOk, InboundRequest, QueryId, QueryResult, Quorum, RecordKey};
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

/// Questions under way.
const QUERIES_MAX: usize = 1024;
/// Answers that agree on nothing newer end the search.
const ENOUGH: usize = 3;
/// Holders that end the search.
const HOLDERS_MAX: usize = 64;
/// Records that a peer may store with us in a minute.
const STORED_PER_MINUTE: u32 = 240;

type Wanted = oneshot::Sender<Result<Option<Vec<u8>>, RecordError>>;

enum Query {
    Put(oneshot::Sender<Result<(), RecordError>>),
    Get { place: [u8; 32], best: Option<records::Record>, seen: usize, reply: Wanted },
    Provide(oneshot::Sender<()>),
    Holders { found: BTreeSet<PeerId>, reply: oneshot::Sender<Vec<PeerId>> },
}

/// Questions under way.
#[derive(Default)]
pub(super) struct Queries(HashMap<QueryId, Query>);

/// The wall's clock: records live in the whole network.
fn wall_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

impl Service {
    fn table(&mut self) -> Option<&mut kad::Behaviour<MemoryStore>> {
        self.swarm.behaviour_mut().kad.as_mut()
    }

    pub(super) fn serve_table(&mut self, mode: kad::Mode) {
        if let Some(table) = self.table()
            && table.mode() != mode
        {
            table.set_mode(Some(mode));
        }
    }

    pub(super) fn put(
        &mut self,
        kind: &str,
        value: &[u8],
        ttl: Duration,
        reply: oneshot::Sender<Result<(), RecordError>>,
    ) {
        match self.begin_put(kind, value, ttl) {
            Ok(query) => {
                self.queries.0.insert(query, Query::Put(reply));
            }
            Err(error) => {
                let _ = reply.send(Err(error));
            }
        }
    }

    fn begin_put(&mut self, kind: &str, value: &[u8], ttl: Duration) -> Result<QueryId, RecordError> {
        if self.queries.0.len() >= QUERIES_MAX {
            return Err(RecordError::Busy);
        }
        let (now_ms, ttl) = (wall_ms(), ttl.min(RECORD_TTL));
        let expires_ms = now_ms.saturating_add(u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX));
        let local = *self.swarm.local_peer_id();
        let place = records::key(&self.chain, &local, kind);
        // Microseconds, so that what is said twice in a row has an order.
        let sequence = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let sequence = u64::try_from(sequence).unwrap_or(u64::MAX);
        let bytes = records::sign(&self.key, &self.chain, kind, sequence, expires_ms, value)?;
        if bytes.len() > RECORD_MAX {
            return Err(RecordError::TooLong { length: bytes.len(), max: RECORD_MAX });
        }
        let record = kad::Record {
            key: RecordKey::new(&place),
            value: bytes,
            publisher: Some(local),
            expires: Instant::now().checked_add(ttl),
        };
        let table = self.table().ok_or(RecordError::Stopped)?;
        if table.kbuckets().all(|bucket| bucket.num_entries() == 0) {
            return Err(RecordError::Alone);
        }
        table.put_record(record, Quorum::One).map_err(|error| RecordError::Failed(error.to_string()))
    }

    pub(super) fn get(&mut self, kind: &str, of: PeerId, reply: Wanted) {
        let place = records::key(&self.chain, &of, kind);
        let full = self.queries.0.len() >= QUERIES_MAX;
        match self.table() {
            Some(table) if !full => {
                let query = table.get_record(RecordKey::new(&place));
                self.queries.0.insert(query, Query::Get { place, best: None, seen: 0, reply });
            }
            table => {
                let error = if table.is_some() { RecordError::Busy } else { RecordError::Stopped };
                let _ = reply.send(Err(error));
            }
        }
    }

    pub(super) fn provide(&mut self, content: [u8; 32], reply: oneshot::Sender<()>) {
        if self.queries.0.len() >= QUERIES_MAX {
            return;
        }
        let Some(table) = self.table() else { return };
        match table.start_providing(RecordKey::new(&content)) {
            Ok(query) => {
                self.queries.0.insert(query, Query::Provide(reply));
            }
            Err(error) => tracing::warn!(%error, "can't say that we have a content"),
        }
    }

    pub(super) fn holders(&mut self, content: [u8; 32], reply: oneshot::Sender<Vec<PeerId>>) {
        if self.queries.0.len() >= QUERIES_MAX {
            return;
        }
        let Some(table) = self.table() else { return };
        let query = table.get_providers(RecordKey::new(&content));
        self.queries.0.insert(query, Query::Holders { found: BTreeSet::new(), reply });
    }

    pub(super) fn on_table(&mut self, event: kad::Event) {
        match event {
            kad::Event::OutboundQueryProgressed { id, result, step, .. } => {
                self.on_progress(id, result);
                if step.last {
                    self.on_end(id);
                }
            }
            kad::Event::InboundRequest { request: InboundRequest::PutRecord { source, record: Some(record), .. } } => {
                self.on_record(source, record);
            }
            kad::Event::InboundRequest { request: InboundRequest::AddProvider { record: Some(record) } } => {
                let allowed = self.stores(record.provider);
                if let Some(table) = self.table().filter(|_| allowed) {
                    // A full store keeps what it has.
                    let _ = table.store_mut().add_provider(record);
                }
            }
            _ => {}
        }
    }

    fn stores(&mut self, peer: PeerId) -> bool {
        let now_ms = self.now_ms();
        self.buckets.take(peer, "records", STORED_PER_MINUTE, now_ms) == Allowed::Yes
    }

    fn on_record(&mut self, from: PeerId, record: kad::Record) {
        if !self.stores(from) {
            return;
        }
        let now_ms = wall_ms();
        let new = match records::verify(&record.value, &self.chain, record.key.as_ref(), now_ms) {
            Ok(new) => new,
            Err(error) => {
                tracing::debug!(%from, %error, "a record is not stored");
                return;
            }
        };
        let chain = self.chain;
        let Some(table) = self.table() else { return };
        let old = table.store_mut().get(&record.key).map(std::borrow::Cow::into_owned);
        let old = old.and_then(|old| records::verify(&old.value, &chain, old.key.as_ref(), now_ms).ok());
        if old.is_some_and(|old| old.sequence >= new.sequence) {
            return;
        }
        let left = Duration::from_millis(new.expires_ms.saturating_sub(now_ms)).min(RECORD_TTL);
        let record = kad::Record { expires: Instant::now().checked_add(left), publisher: Some(new.author), ..record };
        let _ = table.store_mut().put(record);
    }

    fn on_progress(&mut self, id: QueryId, result: QueryResult) {
        let chain = self.chain;
        match (self.queries.0.get_mut(&id), result) {
            (
                Some(Query::Get { place, best, seen, .. }),
                QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(found))),
            ) => {
                *seen += 1;
                if let Ok(record) = records::verify(&found.record.value, &chain, place, wall_ms())
                    && best.as_ref().is_none_or(|best| best.sequence < record.sequence)
                {
                    *best = Some(record);
                }
                if *seen >= ENOUGH {
                    self.finish(id);
                }
            }
            (
                Some(Query::Holders { found, .. }),
                QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. })),
            ) => {
                found.extend(providers);
                if found.len() >= HOLDERS_MAX {
                    self.finish(id);
                }
            }
            (Some(Query::Put(_)), QueryResult::PutRecord(result)) => {
                if let Some(Query::Put(reply)) = self.queries.0.remove(&id) {
                    let _ = reply.send(result.map(|_| ()).map_err(|error| RecordError::Failed(error.to_string())));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, id: QueryId) {
        if let Some(mut query) = self.table().and_then(|table| table.query_mut(&id)) {
            query.finish();
        }
    }

    fn on_end(&mut self, id: QueryId) {
        match self.queries.0.remove(&id) {
            Some(Query::Get { best, reply, .. }) => {
                let _ = reply.send(Ok(best.map(|record| record.value)));
            }
            Some(Query::Holders { mut found, reply }) => {
                found.remove(self.swarm.local_peer_id());
                let _ = reply.send(found.into_iter().take(HOLDERS_MAX).collect());
            }
            Some(Query::Provide(reply)) => {
                let _ = reply.send(());
            }
            Some(Query::Put(_)) | None => {}
        }
    }
}
