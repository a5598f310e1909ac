//! Users: sign up, log in, who is asking, and who may.

use std::{marker::PhantomData, sync::Arc, thread};

use argon2::{
    Argon2,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use di_server::{openapi::JsonSchema, prelude::*};
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    App,
    db::Session,
    error::ApiError,
    limit::{Limits, WithinLimit},
    notes::Page,
};

pub(crate) const ROUTES: Routes<App> = routes![sign_up, log_in, me];
pub(crate) const ADMIN_ROUTES: Routes<App> = routes![users];

/// Of 19 MiB and two passes each, as OWASP recommends.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    /// Of no user: what is checked where there is none, so that the time does not tell which names there are.
    nobody: String,
    /// One for each processor.
    turns: Arc<Semaphore>,
}

#[provider(singleton)]
fn hasher() -> Result<Hasher, password_hash::Error> {
    let argon2 = Argon2::default();
    let nobody = argon2.hash_password(b"nobody's password")?.to_string();
    let turns = Semaphore::new(thread::available_parallelism().map_or(1, Into::into));
    Ok(Hasher { argon2, nobody, turns: Arc::new(turns) })
}

/// Who hashes has a turn until that is done. More at a time would be no faster, would take their memory all the same, and all threads of the
/// pool from those who wait for something else.
struct Turn {
    _permit: OwnedSemaphorePermit,
}

#[provider(transient)]
async fn turn(hasher: &Hasher) -> Turn {
    let permit = Arc::clone(&hasher.turns).acquire_owned().await;
    Turn { _permit: permit.expect("nobody closes it") }
}

/// Name and password: a body, read once for all that ask for it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

#[provider]
fn credentials(body: Json<Credentials>) -> Credentials {
    body.0
}

/// The hash of a new password.
struct NewHash(String);

/// Hashing takes long and awaits nothing, so it runs on the blocking pool.
#[provider(blocking)]
fn new_hash(new: &Credentials, hasher: &Hasher, _turn: Turn) -> Result<NewHash, ApiError> {
    if new.name.is_empty() || new.password.len() < 8 {
        return Err(ApiError::Unfit("a user has a name, and a password of at least 8 characters"));
    }
    let hash = hasher.argon2.hash_password(new.password.as_bytes()).map_err(ApiError::internal)?;
    Ok(NewHash(hash.to_string()))
}

#[post("/users")]
async fn sign_up(
    new: &Credentials,
    hash: &NewHash,
    session: &mut Session,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let insert = sqlx::query_as("INSERT INTO users (name, password) VALUES (?, ?) RETURNING id, name, role, credits");
    match insert.bind(&new.name).bind(&hash.0).fetch_one(session.connection().await?).await {
        Ok(row) => Ok((StatusCode::CREATED, Json(User::from_row(row)))),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(ApiError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Id and hash of the user that somebody claims to be, if there is one.
struct Account(Option<(i64, String)>);

/// Not in the transaction: that would be held while the password is hashed.
#[provider]
async fn account(claim: &Credentials, _: &WithinLimit, pool: &SqlitePool) -> Result<Account, ApiError> {
    let select = sqlx::query_as("SELECT id, password FROM users WHERE name = ?");
    Ok(Account(select.bind(&claim.name).fetch_optional(pool).await?))
}

/// The id of a user whose password was right.
struct Verified(i64);

#[provider(blocking)]
fn verified(claim: &Credentials, Account(found): &Account, hasher: &Hasher, _turn: Turn) -> Result<Verified, ApiError> {
    let hash = found.as_ref().map_or(&hasher.nobody, |(_, hash)| hash);
    let hash = PasswordHash::new(hash).map_err(ApiError::internal)?;
    match (hasher.argon2.verify_password(claim.password.as_bytes(), &hash), found) {
        (Ok(()), &Some((id, _))) => Ok(Verified(id)),
        (Ok(()) | Err(password_hash::Error::PasswordInvalid), _) => Err(ApiError::WrongPassword),
        (Err(error), _) => Err(ApiError::internal(error)),
    }
}

#[derive(Serialize, JsonSchema)]
struct Token {
    token: String,
}

#[post("/tokens")]
async fn log_in(user: &Verified, session: &mut Session) -> Result<Json<Token>, ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(ApiError::internal)?;
    let token = format!("{:032x}", u128::from_ne_bytes(bytes));
    let replace = sqlx::query("INSERT OR REPLACE INTO tokens (user_id, token) VALUES (?, ?)");
    replace.bind(user.0).bind(&token).execute(session.connection().await?).await?;
    Ok(Json(Token { token }))
}

/// The user who asks.
#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct User {
    pub(crate) id: i64,
    name: String,
    role: String,
    credits: i64,
}

impl User {
    fn from_row((id, name, role, credits): (i64, String, String, i64)) -> Self {
        Self { id, name, role, credits }
    }
}

/// Not in the transaction: that would be held while the client sends its body, which is read only once it is known who asks.
#[provider]
async fn user(token: Bearer, _: &WithinLimit, pool: &SqlitePool, limits: &Limits) -> Result<User, ApiError> {
    let select =
        sqlx::query_as("SELECT id, name, role, credits FROM users JOIN tokens ON user_id = id WHERE token = ?");
    let row = select.bind(token.token()).fetch_optional(pool).await?;
    let user = row.map(User::from_row).ok_or(ApiError::UnknownToken)?;
    limits.user(user.id)?;
    Ok(user)
}

#[get("/me")]
async fn me(user: &User) -> Json<User> {
    Json(user.clone())
}

/// What a user may be.
pub(crate) trait Role: Send + Sync + 'static {
    const NAME: &'static str;
}

pub(crate) struct Admin;

impl Role for Admin {
    const NAME: &'static str = "admin";
}

/// The user who asks has the role `R`: `Has<Admin>` guards a group, or is a parameter.
pub(crate) struct Has<R>(PhantomData<R>);

#[provider]
fn has<R: Role>(user: &User) -> Result<Has<R>, ApiError> {
    if user.role == R::NAME { Ok(Has(PhantomData)) } else { Err(ApiError::Forbidden(R::NAME)) }
}

/// Lists all users; only for admins, since the table guards the group.
#[get("/users")]
async fn users(page: Page, session: &mut Session) -> Result<Json<Vec<User>>, ApiError> {
    let select = sqlx::query_as("SELECT id, name, role, credits FROM users ORDER BY id LIMIT ? OFFSET ?");
    let rows = select.bind(page.limit()).bind(page.offset()).fetch_all(session.connection().await?).await?;
    Ok(Json(rows.into_iter().map(User::from_row).collect()))
}
