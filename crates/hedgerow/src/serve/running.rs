//! The service while it runs: the socket, the loops, and the signals.

use std::future::Future;

use anyhow::{Context, Result, bail};
use hedgerow_git::Cancel;
use hedgerow_store::Role;
use hedgerow_web::AppState;
use hedgerow_web::pages::{self, Forge};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::declared::{Declared, Standing};
use super::start::Told;
use super::{Setup, expiry};
use crate::commands::Exit;
use crate::config::Config;

/// After so long, or an interval where that is shorter, what of the file could not be made true is tried again.
const TRY_AGAIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Runs until a signal says to stop, or something that must not end ends.
pub(crate) async fn run(
    told: &Told<'_>,
    mut setup: Setup,
    listener: TcpListener,
    state: AppState,
    declared: Declared,
    mut standing: Standing,
) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let force = setup.config.clone();
    let try_again = TRY_AGAIN.min(force.runs.interval.0);
    let stop = Cancel::new();
    let (closing, closed) = watch::channel(false);
    let service = declared.service.clone();
    let parts = service.parts();
    let expiries = tokio::spawn(expiry::watch(parts.store.clone(), parts.credentials.clone()));
    let mut loops = tokio::spawn({
        let stop = stop.clone();
        async move { service.run(stop).await }
    });
    let mut socket = tokio::spawn(serve(listener, state, pages(&setup), closed));
    let failed = loop {
        tokio::select! {
            heard = signals.next() => match heard {
                Heard::Reload => (setup, standing) = reload(told, &force, setup, standing, &declared).await,
                Heard::Stop(name) => {
                    info!("{name}: stopping, within {}", crate::duration::shown(setup.config.service.stop_within.0));
                    break None;
                }
            },
            () = tokio::time::sleep(try_again), if standing == Standing::ToBeTriedAgain => {
                standing = declared.apply(&setup).await;
            }
            ended = &mut loops => break Some(format!("the service's loops ended: {ended:?}")),
            ended = &mut socket => break Some(format!("the socket closed: {ended:?}")),
        }
    };
    stop.cancel();
    expiries.abort();
    // Whoever listens for progress would be waited for: the other end may be gone already.
    let _ = closing.send(true);
    if let Some(why) = failed {
        bail!(why);
    }
    drain(&setup, &mut signals, async { (loops.await, socket.await) }).await;
    Ok(Exit::Done)
}

/// Waits for runs and answers under way, but not for ever.
async fn drain<T>(setup: &Setup, signals: &mut Signals, ended: impl Future<Output = T>) {
    let within = setup.config.service.stop_within.0;
    tokio::select! {
        _ = ended => info!("stopped"),
        () = tokio::time::sleep(within) => {
            warn!("stopped with runs under way: the next start settles them");
        }
        () = signals.stopped_again() => warn!("told to stop a second time: what is under way is left"),
    }
}

/// How the pages are served.
fn pages(setup: &Setup) -> pages::Settings {
    let service = &setup.config.service;
    let forge = |(host, url): (&String, &String)| Forge { host: host.clone(), commit_url: url.clone() };
    pages::Settings {
        anonymous: service.anonymous_may_read.then_some(Role::Viewer),
        is_https: setup.public_url.as_deref().is_some_and(|url| url.starts_with("https://")),
        forges: service.commit_urls.iter().map(forge).collect(),
    }
}

async fn serve(listener: TcpListener, state: AppState, settings: pages::Settings, closed: watch::Receiver<bool>) {
    let site = hedgerow_web::pages::site(state.clone(), settings);
    let mut end = closed.clone();
    let streams = async move {
        // An error means that the sender is gone, and with it the service.
        let _ = end.wait_for(|closed| *closed).await;
        state.close();
    };
    tokio::join!(hedgerow_web::serve(listener, site, closed), streams);
}

/// Reads the file again. What is wrong with it is told, and what was in force stays.
/// `force` is what the start read: what takes a restart is told of every file that differs from it.
async fn reload(
    told: &Told<'_>,
    force: &Config,
    before: Setup,
    standing: Standing,
    declared: &Declared,
) -> (Setup, Standing) {
    let after = match Setup::of_the_service(told.environment, told.global.store.as_deref(), told.args) {
        Ok(after) => after,
        Err(why) => {
            error!("SIGHUP: the configuration stays as it was: {why:#}");
            return (before, standing);
        }
    };
    let waiting = after.config.needs_a_restart(force);
    if !waiting.is_empty() {
        warn!("SIGHUP: {} changed in the file, and not in force: that takes a restart", waiting.join(", "));
    }
    let standing = declared.apply(&after).await;
    (after, standing)
}

/// What a signal says.
enum Heard {
    Reload,
    Stop(&'static str),
}

struct Signals {
    reload: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let of = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            reload: of(SignalKind::hangup())?,
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.reload.recv() => Heard::Reload,
            _ = self.terminate.recv() => Heard::Stop("SIGTERM"),
            _ = self.interrupt.recv() => Heard::Stop("SIGINT"),
        }
    }

    async fn stopped_again(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
