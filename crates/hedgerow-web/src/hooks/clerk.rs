//! The clerk at the door: takes whatever waits, writes it down with its rings in one transaction, and hands out the slips.
//! While he writes, others queue up, and go together the next time: the more come, the more go at once. He begins no more often
//! than every [`HOOK_GATHER`]: who comes alone is written down at once, and of a storm each transaction takes many.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use hedgerow_forge::webhook::Event;
use hedgerow_store::limits::ANSWER_WAIT;
use hedgerow_store::{DeliveryResult, Hook, NewDelivery, Recorded, RingSeq, StoreError, Wanted, in_time};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};

use super::matching::{Places, spellings};
use crate::limits::{FORGET_AFTER, FORGET_EVERY, HOOK_BATCH, HOOK_GATHER, HOOK_MEMORY_BYTES, HOOK_QUEUE};
use crate::problem::Problem;
use crate::state::AppState;
use crate::time::now_ms;

/// A delivery, on its way to the record.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) known: Arc<Hook>,
    /// What it says, where its signature is good.
    pub(super) event: Option<Event>,
    /// What it is answered with where it is not.
    pub(super) refusal: Option<Problem>,
    pub(super) delivery: NewDelivery,
}

/// What the sender is told.
#[derive(Clone, Debug)]
pub(super) struct Slip {
    pub(super) delivery: String,
    pub(super) result: DeliveryResult,
    pub(super) repository: Option<String>,
    pub(super) ring: Option<RingSeq>,
    pub(super) fabrics: Vec<String>,
    pub(super) message: String,
}

type Waiting = (Asked, oneshot::Sender<Result<Slip, Problem>>);

/// See the module. He begins to work with the first delivery.
#[derive(Debug)]
pub(crate) struct Clerk {
    desk: OnceLock<mpsc::Sender<Waiting>>,
    memory: Semaphore,
}

/// The unit in which memory is shared out.
const SHARE_BYTES: usize = 64 * 1024;

impl Default for Clerk {
    fn default() -> Self {
        Self { desk: OnceLock::new(), memory: Semaphore::new(HOOK_MEMORY_BYTES / SHARE_BYTES) }
    }
}

impl Clerk {
    /// Waits until `bytes` of memory are free, and holds them.
    pub(super) async fn share(&self, bytes: usize) -> Option<SemaphorePermit<'_>> {
        let shares = u32::try_from(bytes.div_ceil(SHARE_BYTES).max(1)).unwrap_or(u32::MAX);
        self.memory.acquire_many(shares).await.ok()
    }

    /// Hands in a delivery, and waits for its slip. Whoever stops waiting is on record all the same.
    pub(super) async fn record(&self, state: &AppState, asked: Asked) -> Result<Slip, Problem> {
        let gone = || super::busy();
        let (slip, answer) = oneshot::channel();
        let desk = self.desk.get_or_init(|| begin(state));
        desk.send((asked, slip)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// A random id: 80 bits as 16 letters and digits.
pub(super) fn new_id() -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..16).map(|_| char::from(DIGITS[fastrand::usize(..32)])).collect()
}

/// He holds no more of the state than he needs: it ends when its last user does, and he with it.
fn begin(state: &AppState) -> mpsc::Sender<Waiting> {
    let (desk, mut waiting) = mpsc::channel(HOOK_QUEUE);
    let state = state.weak();
    tokio::spawn(async move {
        let mut batch: Vec<Waiting> = Vec::new();
        let mut swept: Option<(Instant, usize)> = None;
        while waiting.recv_many(&mut batch, HOOK_BATCH).await > 0 {
            let gathered = tokio::time::sleep(HOOK_GATHER);
            let Some(state) = state.upgrade() else { return };
            let written = batch.len();
            work(&state, std::mem::take(&mut batch)).await;
            swept = Some(match swept {
                Some((at, since)) if at.elapsed() < FORGET_AFTER && since + written < forget_every(&state) => {
                    (at, since + written)
                }
                _ => {
                    sweep(&state).await;
                    (Instant::now(), 0)
                }
            });
            drop(state);
            gathered.await;
        }
    });
    desk
}

/// A tenth of what is kept may be there besides it.
fn forget_every(state: &AppState) -> usize {
    usize::try_from(state.store.retention().deliveries / 10).unwrap_or(FORGET_EVERY).min(FORGET_EVERY)
}

async fn work(state: &AppState, batch: Vec<Waiting>) {
    let (asked, slips): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    let answers: Vec<Result<Slip, Problem>> = match in_time(ANSWER_WAIT, write(state, &asked)).await {
        Ok(written) => written.into_iter().map(Ok).collect(),
        Err(error) => {
            let problem = Problem::from(error);
            asked.iter().map(|_| Err(problem.clone())).collect()
        }
    };
    for (slip, answer) in slips.into_iter().zip(answers) {
        // Who no longer waits is on record all the same.
        let _ = slip.send(answer);
    }
}

async fn write(state: &AppState, asked: &[Asked]) -> Result<Vec<Slip>, StoreError> {
    let good = || asked.iter().filter_map(|one| one.event.as_ref().map(|event| (event, &one.known)));
    let ids = good().filter_map(|(_, hook)| hook.repository).collect();
    let urls = good().filter(|(_, hook)| hook.repository.is_none()).flat_map(|(event, _)| spellings(event)).collect();
    let places = Places(state.store.doorways(&ids, &urls).await?);
    let deliveries: Vec<NewDelivery> = asked.iter().map(|one| whole(one, &places)).collect();
    let recorded = state.store.record_deliveries(&deliveries, now_ms(state)).await?;
    Ok(deliveries.into_iter().zip(recorded).map(|(delivery, recorded)| slip(delivery, &recorded, &places)).collect())
}

/// With what it says and wants, where that may be looked at.
fn whole(asked: &Asked, places: &Places) -> NewDelivery {
    let delivery = asked.delivery.clone();
    let Some(event) = &asked.event else { return delivery };
    let (delivery_id, name) = (event.delivery_id.clone(), event.name.clone());
    NewDelivery { delivery_id, event: name, wanted: places.wanted(&asked.known, event), ..delivery }
}

fn slip(delivery: NewDelivery, recorded: &Recorded, places: &Places) -> Slip {
    let (repository, fabrics, message) = match delivery.wanted {
        Wanted::Ring { repository, fabrics, .. } => (places.name(repository), fabrics, String::new()),
        Wanted::Nothing { message, .. } => (None, Vec::new(), message),
    };
    Slip { delivery: delivery.id, result: recorded.result, repository, ring: recorded.ring, fabrics, message }
}

async fn sweep(state: &AppState) {
    if let Err(error) = in_time(ANSWER_WAIT, state.store.forget_deliveries(now_ms(state))).await {
        tracing::warn!(%error, "old deliveries are kept for longer");
    }
}
