//! A visit at a repository: claim, look, run what moved, write down what is known, leave the door.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_git::{BranchChoice, BranchName, Cancel, CommitId, RemoteUrl};
use hedgerow_store::{
    Answered, CredentialRow, HoldKind, InstanceId, LinkedFabric, Liveness, NewVisit, Reason, Repository, RepositoryId,
    RingSeq, RunId, StoreError, Trigger, VisitOutcome, in_time, limits::ANSWER_WAIT,
};

use super::conditions::{interval, milliseconds};
use super::facts;
use super::fairness::{PUSH_WINDOW_MS, next_push_ms};
use super::patience;
use super::rights::remotes;
use super::settings::{FIRST_BACKOFF, JITTER, RUN_REQUESTS};
use super::walk::{Asked, Under, Walked, settled_by};
use super::{Inner, Progress, cut};
use crate::draft;
use crate::failure::Failure;
use crate::memory::Memory;
use crate::request::{Committing, Judging, Request, Target};

/// What a visit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The newest ring that it answered.
    pub rung: RingSeq,
    /// What it came to.
    pub outcome: VisitOutcome,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// The runs of its fabrics.
    pub runs: Vec<RunId>,
}

/// What became of a ring that was to be answered at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunOnce {
    /// It was answered here.
    Done(Finished),
    /// A service is at that door already: it answers.
    Elsewhere(RingSeq),
}

/// What a visit found when it began.
struct Scene {
    repository: Repository,
    fabrics: Vec<LinkedFabric>,
    known: Vec<Liveness>,
    credentials: Vec<CredentialRow>,
}

/// How the walk ended.
pub(super) enum End {
    Walked(Walked),
    Failed(Failure),
    /// It hung in this step.
    Cut(&'static str),
}

/// See [`super::Service::run_once`].
pub(super) async fn once(inner: &Arc<Inner>, repository: RepositoryId, cause: Trigger) -> Result<RunOnce, StoreError> {
    let store = &inner.parts.store;
    let ring = store.ring(repository, cause, inner.now_ms()).await?;
    let instance = store.enter_instance(inner.parts.version, inner.now_ms()).await?;
    let cancel = Cancel::new();
    let under = inner.under(cancel, false);
    let finished = make(inner, instance, repository, inner.now_ms(), 0, &under).await;
    store.leave_instance(instance).await?;
    Ok(finished?.map_or(RunOnce::Elsewhere(ring), RunOnce::Done))
}

/// One visit, from claim to answer; `None` when another is at the door. `due_ms` is when the clock wanted it.
pub(super) async fn make(
    inner: &Arc<Inner>,
    instance: InstanceId,
    repository: RepositoryId,
    due_ms: i64,
    failures: i64,
    under: &Arc<Under>,
) -> Result<Option<Finished>, StoreError> {
    let store = &inner.parts.store;
    let started_ms = inner.now_ms();
    let claimed = in_time(ANSWER_WAIT, store.claim(repository, instance, started_ms)).await?;
    let Some((rung, causes)) = claimed else { return Ok(None) };
    let trigger = causes.first().copied().unwrap_or(Trigger::Timer);
    let Some(scene) = in_time(ANSWER_WAIT, scene(inner, repository)).await? else {
        // It was removed meanwhile.
        let gone = Answered { rung, next_due_ms: i64::MAX, not_before_ms: 0, failures: 0 };
        in_time(ANSWER_WAIT, store.answer(repository, instance, &gone, inner.now_ms())).await?;
        return Ok(None);
    };
    let Walk { end, settled, patience } = walked(inner, &scene, trigger, under).await;
    let now_ms = inner.now_ms();
    in_time(ANSWER_WAIT, learn(inner, &scene, &end, &settled, now_ms)).await?;
    let (outcome, reason, runs, pushes) = told(&end);
    let finished = Finished { rung, outcome, reason, runs };
    let quiet_tick = outcome == VisitOutcome::Quiet && causes.iter().all(|cause| *cause == Trigger::Timer);
    if !quiet_tick {
        let record = record(inner, repository, &finished, &causes, started_ms, now_ms, pushes);
        in_time(ANSWER_WAIT, record).await?;
    }
    let failures = if outcome == VisitOutcome::Failed || outcome == VisitOutcome::Cut { failures + 1 } else { 0 };
    let answered = Answered {
        rung,
        next_due_ms: next_due_ms(inner, &scene, due_ms, failures, now_ms),
        not_before_ms: in_time(ANSWER_WAIT, not_before_ms(inner, repository, patience, pushes, now_ms)).await?,
        failures,
    };
    in_time(ANSWER_WAIT, store.answer(repository, instance, &answered, now_ms)).await?;
    if !finished.runs.is_empty() {
        let url = RemoteUrl::parse(&scene.repository.address).ok();
        let host = url.as_ref().and_then(RemoteUrl::host).unwrap_or_default();
        inner.hosts.lock().expect("counts are only numbers").add(host, RUN_REQUESTS, Instant::now());
    }
    let _ = inner.progress.send(Progress { run: None, fabric: None, repository, step: "ended", at_ms: now_ms });
    tracing::info!(repository = scene.repository.name, outcome = outcome.as_str(), ms = now_ms - started_ms, "visited");
    Ok(Some(finished))
}

/// Leaves the door of a repository where a visit broke off, however long the store takes to be told: a claim of a service
/// that lives is respected for ever.
pub(super) async fn let_go(inner: &Inner, instance: InstanceId, repository: RepositoryId) {
    loop {
        tokio::time::sleep(FIRST_BACKOFF).await;
        match in_time(ANSWER_WAIT, inner.parts.store.let_go(repository, instance)).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%repository, %error, "its door cannot be left; trying again"),
        }
    }
}

async fn scene(inner: &Inner, id: RepositoryId) -> Result<Option<Scene>, StoreError> {
    let store = &inner.parts.store;
    let Some(repository) = store.repository_by_id(id).await? else { return Ok(None) };
    let fabrics = store.linked_fabrics_of(id).await?;
    let mut all = store.liveness_of_repository(id).await?;
    let known = fabrics.iter().map(|fabric| all.remove(&fabric.id).unwrap_or_default()).collect();
    Ok(Some(Scene { repository, fabrics, known, credentials: store.credentials(id).await? }))
}

/// A walk, as far as it came.
struct Walk {
    end: End,
    /// For each fabric, what its outcome is settled by.
    settled: Vec<String>,
    /// For how long the server asked to be left alone.
    patience: Option<Duration>,
}

impl From<Failure> for Walk {
    fn from(failure: Failure) -> Self {
        Self { end: End::Failed(failure), settled: Vec::new(), patience: None }
    }
}

/// The walk on its thread, cut when it takes too long.
async fn walked(inner: &Arc<Inner>, scene: &Scene, trigger: Trigger, under: &Arc<Under>) -> Walk {
    let world = inner.world(under.cancel.clone());
    let opened = remotes(&inner.parts.credentials, &scene.repository, &scene.credentials, inner.now_ms()).await;
    let remotes = match opened {
        Ok(remotes) => remotes,
        Err(failure) => return failure.into(),
    };
    let mut settled = Vec::new();
    let mut fabrics = Vec::new();
    for (fabric, known) in scene.fabrics.iter().zip(&scene.known) {
        let request = match request(inner, &remotes.writer, fabric, known, trigger) {
            Ok(request) => request,
            Err(failure) => return failure.into(),
        };
        settled.push(settled_by(&world, &request));
        if fabric.suspension.is_none() {
            fabrics.push((fabric.clone(), known.clone(), request));
        }
    }
    if fabrics.is_empty() {
        return Walk { end: End::Walked(Walked { told: Vec::new() }), settled, patience: None };
    }
    let writer = remotes.writer.clone();
    let asked = Asked { repository: scene.repository.id, remotes, fabrics };
    let end = cut::in_time(inner, world, asked, under).await;
    let patience = patience::asked_for(inner, &writer, &end).await;
    Walk { end, settled, patience }
}

fn request(
    inner: &Inner,
    remote: &hedgerow_git::Remote,
    fabric: &LinkedFabric,
    known: &Liveness,
    trigger: Trigger,
) -> Result<Request, Failure> {
    let branch = |name: &str| BranchName::parse(name).map_err(|error| Failure::Settings(error.to_string()));
    let accepted = known.hold.as_ref().filter(|hold| known.accepted.as_deref() == Some(&hold.commit));
    Ok(Request {
        target: Target {
            remote: remote.clone(),
            branch: BranchChoice::Named(branch(&fabric.branch)?),
            dir: Some(draft::directory_quoted(&fabric.directory)?),
        },
        judging: Judging { adopt: fabric.adopt, ..Judging::default() },
        committing: Committing { signer: inner.parts.signer.clone(), ..Committing::default() },
        push_to: fabric.push_to.as_deref().map(branch).transpose()?,
        resume: accepted.filter(|hold| hold.kind == HoldKind::Reverted).and_then(|hold| commit(&hold.commit)),
        confirm_deletions: false,
        trigger,
        memory: Some(memory(inner, known)),
    })
}

fn commit(id: &str) -> Option<CommitId> {
    CommitId::parse(id).ok()
}

/// What must be so before anything is written: as the last verified run left it, and as a person has said since.
fn memory(inner: &Inner, known: &Liveness) -> Memory {
    let accepted = known.hold.as_ref().filter(|hold| known.accepted.as_deref() == Some(&hold.commit));
    let frozen = known.hold.as_ref().filter(|hold| accepted.is_none() && hold.kind == HoldKind::Differs);
    Memory {
        head: known.head.as_deref().and_then(commit),
        ours: known.ours.as_deref().and_then(commit),
        frozen: frozen.map(|hold| hold.message.clone()),
        accepted: accepted.and_then(|hold| commit(&hold.commit)),
        breaker: inner.parts.settings.breaker,
    }
}

/// Writes down what was learned.
async fn learn(inner: &Inner, scene: &Scene, end: &End, settled: &[String], now_ms: i64) -> Result<(), StoreError> {
    let (store, settings) = (&inner.parts.store, &inner.parts.settings);
    let each = || scene.fabrics.iter().zip(&scene.known).enumerate();
    let active = || each().filter(|(_, (fabric, _))| fabric.suspension.is_none());
    let after: Vec<_> = match end {
        End::Failed(failure) => {
            let reason = reason(failure);
            active()
                .map(|(_, (fabric, known))| (fabric.id, facts::after_failure(known, &reason, None, now_ms)))
                .collect()
        }
        End::Cut(step) => {
            let reason = hung(inner, step);
            let after = |known| facts::after_failure(known, &reason, Some(step), now_ms);
            active().map(|(_, (fabric, known))| (fabric.id, after(known))).collect()
        }
        End::Walked(walked) if walked.told.is_empty() && each().all(|(_, (_, known))| known.failures == 0) => {
            // The common case costs one statement, whatever the number of fabrics.
            store.nothing_moved(scene.repository.id, now_ms).await?;
            let known: Vec<_> = scene.known.iter().map(|known| facts::after_quiet(known, now_ms)).collect();
            let pairs = scene.fabrics.iter().zip(&known);
            return facts::tell(store, settings, scene.repository.id, pairs, now_ms).await;
        }
        End::Walked(walked) => active()
            .map(|(at, (fabric, known))| {
                let told = walked.told.iter().find(|(id, _)| *id == fabric.id);
                let after = match told {
                    Some((_, told)) => facts::after_run(known, told, &settled[at], now_ms),
                    None => facts::after_quiet(known, now_ms),
                };
                (fabric.id, after)
            })
            .collect(),
    };
    facts::write(store, settings, scene.repository.id, &scene.fabrics, &after, now_ms).await?;
    match end {
        End::Walked(walked) => {
            store.add_events(&facts::rewound(scene.repository.id, &scene.fabrics, &walked.told, now_ms)).await
        }
        _ => Ok(()),
    }
}

fn reason(failure: &Failure) -> Reason {
    let reason = failure.reason();
    Reason { code: reason.code.to_owned(), text: reason.message }
}

fn hung(inner: &Inner, step: &str) -> Reason {
    let limit = inner.parts.settings.run_deadline.as_secs_f64();
    Reason { code: "hung".to_owned(), text: format!("it hung while {step}, and was cut after {limit:.0} s") }
}

/// Outcome, reason, runs, and how often was pushed.
fn told(end: &End) -> (VisitOutcome, Option<Reason>, Vec<RunId>, i64) {
    match end {
        End::Failed(failure) => (VisitOutcome::Failed, Some(reason(failure)), Vec::new(), 0),
        End::Cut(step) => {
            let reason = Reason { code: "hung".to_owned(), text: format!("it hung while {step}") };
            (VisitOutcome::Cut, Some(reason), Vec::new(), 0)
        }
        End::Walked(Walked { told }) if told.is_empty() => (VisitOutcome::Quiet, None, Vec::new(), 0),
        End::Walked(Walked { told }) => {
            let runs = told.iter().map(|(_, told)| told.run.clone()).collect();
            let pushed = told.iter().any(|(_, told)| told.commit.is_some());
            // A failure of all is the visit's.
            let passing = |(reason, _): &(crate::report::Reason, _)| super::conditions::is_passing(reason.code);
            let failed = told.iter().all(|(_, told)| told.failed.as_ref().is_some_and(passing));
            let first = told[0].1.failed.as_ref().filter(|_| failed);
            let reason = first.map(|(reason, _)| Reason { code: reason.code.to_owned(), text: reason.message.clone() });
            let outcome = if failed { VisitOutcome::Failed } else { VisitOutcome::Ran };
            (outcome, reason, runs, i64::from(pushed))
        }
    }
}

async fn record(
    inner: &Inner,
    repository: RepositoryId,
    finished: &Finished,
    causes: &[Trigger],
    started_ms: i64,
    finished_ms: i64,
    pushes: i64,
) -> Result<(), StoreError> {
    let causes: Vec<_> = causes.iter().map(|cause| cause.as_str()).collect();
    let visit = NewVisit {
        repository,
        rung: finished.rung,
        causes: &causes.join(" "),
        started_ms,
        finished_ms,
        outcome: finished.outcome,
        reason: finished.reason.clone(),
        pushes,
        runs: &finished.runs,
    };
    inner.parts.store.add_visit(&visit).await.map(drop)
}

/// When the clock rings next: an interval after it wanted to, so that the period holds however long visits take and whoever
/// rings in between; after a failure sooner.
fn next_due_ms(inner: &Inner, scene: &Scene, due_ms: i64, failures: i64, now_ms: i64) -> i64 {
    let settings = &inner.parts.settings;
    let shortest = scene.fabrics.iter().map(|fabric| interval(fabric, settings)).min().unwrap_or(settings.interval);
    let period = milliseconds(shortest.mul_f64(1.0 + JITTER * (2.0 * fastrand::f64() - 1.0)));
    if failures > 0 {
        let doubled = FIRST_BACKOFF.saturating_mul(1 << (failures - 1).clamp(0, 16));
        return now_ms + milliseconds(doubled.mul_f64(0.5 + fastrand::f64() / 2.0)).min(period);
    }
    let next = if due_ms > now_ms { due_ms } else { due_ms + period };
    if next > now_ms { next.min(now_ms + period) } else { now_ms + period }
}

/// Nothing is done before: the server asked for patience, or it was pushed to as often as it may within a minute.
async fn not_before_ms(
    inner: &Inner,
    repository: RepositoryId,
    patience: Option<Duration>,
    pushes: i64,
    now_ms: i64,
) -> Result<i64, StoreError> {
    if let Some(patience) = patience {
        return Ok(now_ms + milliseconds(patience));
    }
    if pushes == 0 {
        return Ok(0);
    }
    let recent = inner.parts.store.pushes_since(repository, now_ms - PUSH_WINDOW_MS).await?;
    Ok(next_push_ms(&recent, inner.parts.settings.pushes_per_minute))
}
