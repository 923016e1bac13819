//! Who asks, and what they may.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hedgerow_git::Person;
use hedgerow_store::{Actor, Owner, Role, Trigger};

use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::time::now_ms;

/// Whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    name: String,
    role: Role,
    scope: Scope,
    /// Where the author of their commits is reached.
    address: String,
}

/// What a principal's role reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// These fabrics, their runs and their objects.
    Fabrics(BTreeSet<String>),
}

impl Principal {
    /// Somebody with a token.
    pub fn new(name: impl Into<String>, role: Role, scope: Scope) -> Self {
        let name = name.into();
        let address = format!("{name}@tokens.hedgerow.invalid");
        Self { name, role, scope, address }
    }

    /// Somebody who signed in, with the address that commits in their name carry.
    pub(crate) fn person(name: &str, role: Role, email: Option<String>) -> Self {
        let address = email.unwrap_or_else(|| format!("{name}@people.hedgerow.invalid"));
        Self { address, ..Self::new(name, role, Scope::All) }
    }

    /// Whoever may write the store's own file: they may everything anyway. Only a caller in the same process can be it.
    pub fn local() -> Self {
        Self::new("local", Role::Admin, Scope::All)
    }

    /// As the audit record shows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// May act as `role` on what is no single fabric's.
    pub(crate) fn must_be(&self, role: Role) -> Result<(), Problem> {
        match self.scope {
            Scope::All => self.must_have(role),
            Scope::Fabrics(_) => Err(forbidden("the token is for some fabrics alone")),
        }
    }

    /// May act as `role` on the fabric of this name. One that it may not see is not there.
    pub(crate) fn must_be_for(&self, role: Role, fabric: &str) -> Result<(), Problem> {
        if !self.sees(fabric) {
            return Err(Problem::absent(format_args!("fabric {fabric}")));
        }
        self.must_have(role)
    }

    /// Whether the fabric of this name is within its scope.
    pub(crate) fn sees(&self, fabric: &str) -> bool {
        match &self.scope {
            Scope::All => true,
            Scope::Fabrics(names) => names.contains(fabric),
        }
    }

    /// Whether its scope is everything.
    pub(crate) fn sees_all(&self) -> bool {
        self.scope == Scope::All
    }

    fn must_have(&self, role: Role) -> Result<(), Problem> {
        if self.role >= role {
            return Ok(());
        }
        Err(forbidden(&format!("it takes the role {role}, and {} is {}", self.name, self.role)))
    }

    /// As the author of a commit.
    pub(crate) fn author(&self) -> Person {
        Person { name: self.name.clone(), email: self.address.clone() }
    }

    /// What a ring of its is called.
    pub(crate) fn trigger(&self) -> Trigger {
        if *self == Self::local() { Trigger::Cli } else { Trigger::Api }
    }

    /// As whom changes are made.
    pub(crate) fn actor(&self, state: &AppState) -> Actor {
        Actor { name: self.name.clone(), through: Owner::Api, at_ms: now_ms(state) }
    }
}

fn forbidden(why: &str) -> Problem {
    Problem::new(Kind::Forbidden, why)
}

impl FromRequestParts<AppState> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let principal = parts.extensions.get::<Self>().cloned();
        principal.ok_or_else(|| Problem::new(Kind::Unauthorized, "nobody was recognised"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_hides_what_it_does_not_hold() {
        let one = Principal::new("ci", Role::Admin, Scope::Fabrics(["dc1".to_owned()].into()));
        assert!(one.must_be_for(Role::Operator, "dc1").is_ok());
        assert_eq!(one.must_be_for(Role::Viewer, "dc2").unwrap_err().kind(), Kind::NotFound);
        assert_eq!(one.must_be(Role::Viewer).unwrap_err().kind(), Kind::Forbidden);
    }

    #[test]
    fn a_role_may_what_lower_ones_may_and_no_more() {
        let operator = Principal::new("op", Role::Operator, Scope::All);
        assert!(operator.must_be(Role::Viewer).is_ok() && operator.must_be(Role::Operator).is_ok());
        assert_eq!(operator.must_be(Role::Admin).unwrap_err().kind(), Kind::Forbidden);
    }
}
