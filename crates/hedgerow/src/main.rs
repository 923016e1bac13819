//! `hedgerow`: the command line. Wiring, configuration and exit codes; what it does is in the library crates.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
mod args;
mod commands;
mod config;
mod crash;
mod demo;
mod duration;
mod environment;
mod files;
mod logging;
mod moment;
mod output;
mod progress;
mod serve;
mod session;
mod signals;
mod target;

use std::process::ExitCode;

use clap::Parser;

use crate::args::service::Verb;
use crate::args::{Cli, Command, Get};
use crate::commands::Exit;
use crate::session::Session;

/// A large run is a million small values, made on one thread and freed on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Version and commit, as `--version`, reports and trailers name it.
pub(crate) const VERSION: &str = env!("HEDGEROW_VERSION");

fn main() -> ExitCode {
    crash::leave_no_core();
    if let Some(socket) = environment::askpass_socket() {
        return askpass(&socket);
    }
    let cli = Cli::parse();
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            anstream::eprintln!("hedgerow: {error:#}");
            Exit::Failed.into()
        }
    }
}

/// Git started us to ask for a user name or a password: the run that started git has it, behind the socket.
fn askpass(socket: &std::path::Path) -> ExitCode {
    let prompt = std::env::args().nth(1).unwrap_or_default();
    match hedgerow_git::askpass::answer(socket, &prompt) {
        Ok(answer) if output::write(&format!("{answer}\n")).is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    if let Command::Completion { shell } = cli.command {
        return commands::completion(shell);
    }
    if let Command::Service(Verb::Serve(args)) = &cli.command {
        return serve::serve(&cli.global, args);
    }
    if let Command::Man { dir } = &cli.command {
        return commands::man(dir);
    }
    let session = Session::begin(&cli.global)?;
    match &cli.command {
        Command::Sync(args) => commands::sync::sync(&session, args),
        Command::Plan(args) => commands::plan::plan(&session, args),
        Command::Verify(args) => commands::verify::verify(&session, args),
        Command::Keys(args) => commands::keys::keys(&session, args),
        Command::Replay(args) => commands::replay::replay(&session, args),
        Command::Undo(args) => commands::undo::undo(&session, args),
        Command::Audit(args) => commands::audit::audit(&session, args),
        Command::Rebuild(args) => commands::rebuild::rebuild(&session, args),
        Command::Init(args) => commands::init::init(&session, args),
        Command::Get(Get::Objects(args)) => commands::get::objects(&session, args),
        Command::Get(Get::Runs(args)) => commands::get::runs(&session, args),
        Command::Get(Get::Run(args)) => commands::get::run(&session, args),
        Command::Report(args) => commands::report::report(&session, args),
        Command::Why(args) => commands::why::why(&session, args),
        Command::Vet(args) => commands::vet::vet(&session, args),
        Command::Fmt(args) => commands::fmt::fmt(&session, args),
        Command::Export(args) => commands::export::export(&session, args),
        Command::Explain(args) => commands::explain::explain(&session, args),
        Command::Check(args) => commands::check::check(&session, args),
        Command::Demo(args) => demo::demo(&session, args),
        Command::Store(command) => commands::store::store(&session, command),
        Command::Service(verb) => commands::service::run(&session, verb),
        Command::Completion { shell } => commands::completion(*shell),
        Command::Man { dir } => commands::man(dir),
    }
}
