//! Bearer tokens. The store has their hashes alone: of 256 random bits a plain SHA-256 cannot be turned round.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use super::audit::{record, shown};
use super::{Actor, Change, Name};
use crate::error::{StoreError, failed};
use crate::page::{Cursor, Page, page, rows};
use crate::row::word;
use crate::seal::{SealError, random};
use crate::store::Store;
use crate::words::words;

/// What a token's text begins with, so that scanners for leaked secrets know one.
const PREFIX: &str = "hedgerow_";

words! {
    /// What somebody may do. Each may all that the ones before may.
    #[derive(PartialOrd, Ord)]
    Role {
        /// Look.
        Viewer = "viewer",
        /// Ring, suspend, resume, link fabrics in repositories that are there.
        Operator = "operator",
        /// Add repositories, choose credentials, make tokens.
        Admin = "admin",
    }
}

/// A token's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TokenId(pub(crate) i64);

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The hash by which a token is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token's text.
    pub fn of(token: &SecretString) -> Self {
        Self(hedgerow_core::digest::sha256(token.expose_secret().as_bytes()))
    }

    /// A new token: its text, which nothing can show again, and its hash.
    pub fn generate() -> Result<(SecretString, Self), SealError> {
        let token: SecretString = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random::<32>()?)).into();
        let hash = Self::of(&token);
        Ok((token, hash))
    }
}

/// A token, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its row.
    pub id: TokenId,
    /// Its name; of those in force, there is one of it.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// The fabrics that it allows that for; `None`: all, and what is no fabric's.
    pub fabrics: Option<Vec<String>>,
    /// Who made it.
    pub created_by: String,
    /// When, in ms since 1970 UTC.
    pub created_ms: i64,
    /// From when on it is worth nothing.
    pub expires_ms: Option<i64>,
    /// When it was last used, to a minute or so.
    pub used_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}

/// A token to keep.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its name.
    pub name: Name,
    /// Its hash.
    pub hash: TokenHash,
    /// What it allows.
    pub role: Role,
    /// The fabrics that it allows that for.
    pub fabrics: Option<Vec<String>>,
    /// From when on it is worth nothing.
    pub expires_ms: Option<i64>,
}

const SELECT: &str =
    "SELECT id, name, role, fabrics, created_by, created_ms, expires_ms, used_ms, revoked_ms FROM tokens";

impl Store {
    /// Keeps a token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one in force has its name.
    pub async fn create_token(&self, new: &NewToken, by: &Actor) -> Result<Token, StoreError> {
        let attempted = "create the token";
        let mut transaction = self.begin(attempted).await?;
        let token = create(&mut transaction, new, by, attempted).await?;
        let token = token.ok_or_else(|| StoreError::conflict(attempted, format!("the token {}", new.name)))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(token)
    }

    /// Keeps a token if the store has never had one: the first of a new service's. Of several services that start at once
    /// one does it.
    pub async fn create_first_token(&self, new: &NewToken, by: &Actor) -> Result<Option<Token>, StoreError> {
        let attempted = "create the first token";
        let mut transaction = self.begin(attempted).await?;
        let had: i64 = sqlx::query_scalar("SELECT count(*) FROM tokens")
            .fetch_one(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        if had > 0 {
            return Ok(None);
        }
        // Two that both saw none insert the same name, and the second finds it taken.
        let token = create(&mut transaction, new, by, attempted).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(token)
    }

    /// The token with this hash that is in force at `now_ms`.
    pub async fn find_token(&self, hash: &TokenHash, now_ms: i64) -> Result<Option<Token>, StoreError> {
        let attempted = "look the token up";
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE hash = $1 AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > $2)"
        )))
        .bind(&hash.0)
        .bind(now_ms)
        .fetch_optional(&mut *self.read(attempted).await?)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(token).transpose().map_err(failed(attempted))
    }

    /// Tokens, revoked and expired ones too, newest first: at most `limit` (and at most
    /// [`crate::limits::MAX_PAGE_ROWS`]), from `before` on.
    pub async fn tokens(&self, limit: u32, before: Option<Cursor>) -> Result<Page<Token>, StoreError> {
        let attempted = "list the tokens";
        let limit = rows(limit);
        let found =
            sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE ($1 IS NULL OR id < $1) ORDER BY id DESC LIMIT $2")))
                .bind(before.map(|cursor| cursor.0))
                .bind(limit as i64 + 1)
                .fetch_all(&self.pool)
                .await
                .map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| token(row).map(|token| (token.id.0, token));
        let tokens = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(tokens, limit))
    }

    /// The token of this name that was not revoked.
    pub async fn token(&self, name: &str) -> Result<Option<Token>, StoreError> {
        let attempted = "look the token up";
        let mut connection = self.read(attempted).await?;
        named(&mut connection, name).await.map_err(failed(attempted))
    }

    /// Revokes the token of this name: from now on it is worth nothing.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when there is none that was not revoked.
    pub async fn revoke_token(&self, name: &str, by: &Actor) -> Result<(), StoreError> {
        let attempted = "revoke the token";
        let mut transaction = self.begin(attempted).await?;
        let before = named(&mut transaction, name).await.map_err(failed(attempted))?;
        let before = before.ok_or_else(|| StoreError::absent(attempted, "such token in force"))?;
        let done = sqlx::query("UPDATE tokens SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS NULL")
            .bind(by.at_ms)
            .bind(before.id.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::absent(attempted, "such token in force"));
        }
        let change = Change { action: "token.revoke", subject: subject(name), before: shown(&before), after: None };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }

    /// Notes that a token was used. Not every time: a caller that remembers does so once a minute.
    pub async fn touch_token(&self, id: TokenId, now_ms: i64) -> Result<(), StoreError> {
        let attempted = "note that the token was used";
        sqlx::query("UPDATE tokens SET used_ms = $1 WHERE id = $2 AND (used_ms IS NULL OR used_ms < $1)")
            .bind(now_ms)
            .bind(id.0)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }
}

/// `None` when a token in force has the name.
async fn create(
    connection: &mut AnyConnection,
    new: &NewToken,
    by: &Actor,
    attempted: &str,
) -> Result<Option<Token>, StoreError> {
    let fabrics = new.fabrics.as_ref().map(|names| serde_json::json!(names).to_string());
    let done = sqlx::query(
        "INSERT INTO tokens (name, hash, role, fabrics, created_by, created_ms, expires_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(new.name.as_str())
    .bind(&new.hash.0)
    .bind(new.role.as_str())
    .bind(fabrics)
    .bind(&by.name)
    .bind(by.at_ms)
    .bind(new.expires_ms)
    .execute(&mut *connection)
    .await
    .map_err(failed(attempted))?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    let Some(token) = named(connection, new.name.as_str()).await.map_err(failed(attempted))? else { return Ok(None) };
    let change = Change { action: "token.create", subject: subject(&token.name), before: None, after: shown(&token) };
    record(connection, &change, by).await?;
    Ok(Some(token))
}

async fn named(connection: &mut AnyConnection, name: &str) -> Result<Option<Token>, Error> {
    let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE name = $1 AND revoked_ms IS NULL")))
        .bind(name)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(token).transpose()
}

fn subject(name: &str) -> String {
    format!("token/{name}")
}

fn token(row: &AnyRow) -> Result<Token, Error> {
    let fabrics: Option<String> = row.try_get("fabrics")?;
    Ok(Token {
        id: TokenId(row.try_get("id")?),
        name: row.try_get("name")?,
        role: word(row, "role")?,
        fabrics: fabrics.map(|text| names(&text)).transpose()?,
        created_by: row.try_get("created_by")?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
        used_ms: row.try_get("used_ms")?,
        revoked_ms: row.try_get("revoked_ms")?,
    })
}

fn names(text: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::ColumnDecode { index: "fabrics".to_owned(), source: error.into() })
}
