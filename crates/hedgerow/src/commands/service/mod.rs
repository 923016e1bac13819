//! The verbs of the service. Each builds one request, and draws what is answered; which way the request goes it does not know.

mod asking;
mod doctor;
mod hook;
mod records;
mod repo;
mod secret;
mod tables;
mod token;

use anyhow::Result;

use super::Exit;
use crate::args::service::{Hook, Repo, Token, Verb};
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
        Verb::Hook(Hook::Add(args)) => hook::add(session, args),
        Verb::Hook(Hook::List(args)) => hook::list(session, args),
        Verb::Hook(Hook::Show(args)) => hook::show(session, args),
        Verb::Hook(Hook::Rotate(args)) => hook::rotate(session, args),
        Verb::Hook(Hook::Remove(args)) => hook::remove(session, args),
        Verb::Deliveries(args) => records::records(session, args, &records::DELIVERIES),
        Verb::Events(args) => records::records(session, args, &records::EVENTS),
        Verb::Runs(args) => records::records(session, args, &records::RUNS),
        Verb::Token(Token::Create(args)) => token::create(session, args),
        Verb::Token(Token::List(args)) => token::list(session, args),
        Verb::Token(Token::Revoke(args)) => token::revoke(session, args),
        Verb::Doctor(args) => doctor::doctor(session, args),
    }
}
