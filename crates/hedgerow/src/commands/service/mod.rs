//! The verbs of the service. Each builds one request, and draws what is answered; which way the request goes it does not know.

mod asking;
mod doctor;
mod fabric;
mod hook;
mod records;
mod repo;
mod secret;
mod tables;
mod token;
mod waiting;

use anyhow::Result;

use super::Exit;
use crate::args::fabric::Fabric;
use crate::args::service::{Hook, Repo, Token, Trigger, Verb};
use crate::session::Session;

/// Does what was typed.
pub(crate) fn run(session: &Session, verb: &Verb) -> Result<Exit> {
    match verb {
        Verb::Serve(_) => anyhow::bail!("the service is started before a session is"),
        Verb::Repo(Repo::Add(args)) => repo::add(session, args),
        Verb::Repo(Repo::List(args)) => repo::list(session, args),
        Verb::Repo(Repo::Show(args)) => repo::show(session, args),
        Verb::Repo(Repo::Check(args)) => repo::check(session, args),
        Verb::Repo(Repo::Rotate(args)) => repo::rotate(session, args),
        Verb::Repo(Repo::Remove(args)) => repo::remove(session, args),
        Verb::Fabric(Fabric::Link(args)) => fabric::link(session, args),
        Verb::Fabric(Fabric::List(args)) => fabric::list(session, args),
        Verb::Fabric(Fabric::Show(args)) => fabric::show(session, args),
        Verb::Fabric(Fabric::Check(args)) => fabric::check(session, args),
        Verb::Fabric(Fabric::Suspend(args)) => fabric::suspend(session, args),
        Verb::Fabric(Fabric::Resume(args)) => fabric::resume(session, args),
        Verb::Fabric(Fabric::Unlink(args)) => fabric::unlink(session, args),
        Verb::Fabric(Fabric::Sync(args)) => fabric::sync(session, args),
        Verb::Hook(Hook::Add(args)) => hook::add(session, args),
        Verb::Hook(Hook::List(args)) => hook::list(session, args),
        Verb::Hook(Hook::Show(args)) => hook::show(session, args),
        Verb::Hook(Hook::Rotate(args)) => hook::rotate(session, args),
        Verb::Hook(Hook::Remove(args)) => hook::remove(session, args),
        Verb::Trigger(Trigger::Receiver(args)) => hook::trigger_receiver(session, args),
        Verb::Deliveries(args) => records::records(session, args, &records::DELIVERIES),
        Verb::Events(args) => records::records(session, args, &records::EVENTS),
        Verb::Runs(args) => records::records(session, args, &records::RUNS),
        Verb::Token(Token::Create(args)) => token::create(session, args),
        Verb::Token(Token::List(args)) => token::list(session, args),
        Verb::Token(Token::Revoke(args)) => token::revoke(session, args),
        Verb::Doctor(args) => doctor::doctor(session, args),
    }
}
