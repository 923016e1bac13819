//! `hedgerow serve`: what is needed is opened, the file is made true, and then one waits for the clock, for a ring, for a signal.

mod credentials;
mod declared;
mod expiry;
mod hooks;
mod keys;
mod moving;
mod parts;
mod reconcile;
mod rights;
mod running;
mod setup;
mod start;

pub(crate) use keys::prove;
pub(crate) use parts::assemble;
pub(crate) use setup::Setup;
pub(crate) use start::now_ms;

use anyhow::{Context, Result};

use crate::args::Global;
use crate::args::service::ServeArgs;
use crate::commands::Exit;
use crate::environment::Environment;
use crate::{logging, output};

/// Threads for the API, the clock and the store; runs have their own.
const THREADS: usize = 2;

/// Runs the service until it is told to stop.
pub(crate) fn serve(global: &Global, args: &ServeArgs) -> Result<Exit> {
    let environment = Environment::read()?;
    let setup = Setup::of_the_service(&environment, global.store.as_deref(), args)?;
    if args.check {
        let (repositories, fabrics) = (setup.config.repositories.len() as u64, setup.config.fabrics.len() as u64);
        let named = setup.file.as_ref().map_or("the configuration".to_owned(), |file| file.display().to_string());
        let (repositories, fabrics) = match (repositories, fabrics) {
            (1, n) => ("1 repository".to_owned(), output::several(n, "fabric")),
            (m, n) => (format!("{m} repositories"), output::several(n, "fabric")),
        };
        let hooks = match setup.config.hooks.len() {
            0 => String::new(),
            hooks => format!(", and {}", output::several(hooks as u64, "hook")),
        };
        output::write(&format!("{named}: good, with {repositories} and {fabrics}{hooks}\n"))?;
        return Ok(Exit::Done);
    }
    let log = &setup.config.log;
    logging::of_the_service(environment.log.as_deref().unwrap_or(&log.level), log.format);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime.context("starting the runtime")?;
    let told = start::Told { environment: &environment, global, args };
    let exit = runtime.block_on(start::start(&told, setup));
    // A run that was not done in time is not waited for here either.
    runtime.shutdown_background();
    exit
}
