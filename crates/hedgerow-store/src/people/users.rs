//! Users. The store keeps what a password was hashed to; whoever asks for one hashes and compares.

use std::fmt;

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use crate::error::{StoreError, failed};
use crate::limits::MAX_PAGE_ROWS;
use crate::linkage::{Actor, Change, Name, Role, record, shown};
use crate::row::word;
use crate::store::Store;

/// A user's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserId(pub(crate) i64);

/// What a password was hashed to, as a PHC string. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash that `phc` spells.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A user, as the store knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their row.
    #[serde(skip)]
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// The address that commits in their name carry.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Who made them.
    pub created_by: String,
    /// When, in ms since 1970 UTC.
    pub created_ms: i64,
    /// When their role or password last changed.
    pub changed_ms: i64,
    /// When they last signed in.
    pub signed_in_ms: Option<i64>,
    /// Since when they may not.
    pub disabled_ms: Option<i64>,
}

/// A user to keep.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Their name.
    pub name: Name,
    /// The address that commits in their name carry.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// What their password was hashed to.
    pub password: PasswordHash,
}

/// What is to change of a user. `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The address that commits in their name carry.
    pub email: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Their password. It ends their sessions.
    pub password: Option<PasswordHash>,
    /// Whether they may not sign in. Disabling ends their sessions.
    pub disabled: Option<bool>,
}

const SELECT: &str =
    "SELECT id, name, email, role, created_by, created_ms, changed_ms, signed_in_ms, disabled_ms, password FROM users";

impl Store {
    /// Keeps a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one has the name.
    pub async fn create_user(&self, new: &NewUser, by: &Actor) -> Result<User, StoreError> {
        let attempted = "create the user";
        let mut transaction = self.begin(attempted).await?;
        let done = sqlx::query(
            "INSERT INTO users (name, role, password, created_by, created_ms, changed_ms, email) \
             VALUES ($1, $2, $3, $4, $5, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(new.name.as_str())
        .bind(new.role.as_str())
        .bind(new.password.as_str())
        .bind(&by.name)
        .bind(by.at_ms)
        .bind(&new.email)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::conflict(attempted, format!("the user {}", new.name)));
        }
        let user = named(&mut transaction, new.name.as_str()).await.map_err(failed(attempted))?;
        let (user, _) = user.ok_or_else(|| StoreError::unexpected(attempted, "the row just written is not there"))?;
        let change = Change { action: "user.create", subject: subject(&user.name), before: None, after: shown(&user) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(user)
    }

    /// All users, by name; at most [`MAX_PAGE_ROWS`].
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let attempted = "list the users";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY name LIMIT $1")))
            .bind(i64::from(MAX_PAGE_ROWS))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(user).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The user of this name, and what their password was hashed to.
    pub async fn user(&self, name: &str) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let attempted = "look the user up";
        let mut connection = self.read(attempted).await?;
        named(&mut connection, name).await.map_err(failed(attempted))
    }

    /// Changes a user.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when there is none of this name.
    pub async fn change_user(&self, name: &str, change: &UserChange, by: &Actor) -> Result<User, StoreError> {
        let attempted = "change the user";
        let mut transaction = self.begin(attempted).await?;
        let before = named(&mut transaction, name).await.map_err(failed(attempted))?;
        let (before, _) = before.ok_or_else(|| StoreError::absent(attempted, "such user"))?;
        let disabled_ms = match change.disabled {
            Some(true) => before.disabled_ms.or(Some(by.at_ms)),
            Some(false) => None,
            None => before.disabled_ms,
        };
        sqlx::query(
            "UPDATE users SET role = $1, password = COALESCE($2, password), disabled_ms = $3, changed_ms = $4, \
             email = COALESCE($6, email) WHERE id = $5",
        )
        .bind(change.role.unwrap_or(before.role).as_str())
        .bind(change.password.as_ref().map(|hash| hash.as_str().to_owned()))
        .bind(disabled_ms)
        .bind(by.at_ms)
        .bind(before.id.0)
        .bind(&change.email)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        if change.password.is_some() || disabled_ms.is_some() {
            super::sessions::end_all(&mut transaction, before.id).await.map_err(failed(attempted))?;
        }
        let after = named(&mut transaction, name).await.map_err(failed(attempted))?;
        let (after, _) = after.ok_or_else(|| StoreError::unexpected(attempted, "the row just changed is not there"))?;
        let action = if change.password.is_some() { "user.password" } else { "user.change" };
        let change = Change { action, subject: subject(name), before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }
}

/// The user of this name.
async fn named(connection: &mut AnyConnection, name: &str) -> Result<Option<(User, PasswordHash)>, Error> {
    let row =
        sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE name = $1"))).bind(name).fetch_optional(connection).await?;
    row.as_ref().map(|row| Ok((user(row)?, PasswordHash(row.try_get("password")?)))).transpose()
}

/// The user in a row with the columns of `users`.
pub(super) fn user(row: &AnyRow) -> Result<User, Error> {
    Ok(User {
        id: UserId(row.try_get("id")?),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        role: word(row, "role")?,
        created_by: row.try_get("created_by")?,
        created_ms: row.try_get("created_ms")?,
        changed_ms: row.try_get("changed_ms")?,
        signed_in_ms: row.try_get("signed_in_ms")?,
        disabled_ms: row.try_get("disabled_ms")?,
    })
}

fn subject(name: &str) -> String {
    format!("user/{name}")
}
