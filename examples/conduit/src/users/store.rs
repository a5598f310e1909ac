//! Queries.

use sqlx::{FromRow as _, Row as _};

use super::{SaveError, UpdateUser};
use crate::{
    auth::User,
    db::{Db, DbError, Session},
    error::Taken,
};

/// That no other user than `own` has the name or the email, of those that are given.
pub(super) async fn check_free(
    session: &mut Session,
    own: Option<i64>,
    username: Option<&str>,
    email: Option<&str>,
) -> Result<(), SaveError> {
    let select = sqlx::query_scalar("SELECT username FROM users WHERE (username = $1 OR email = $2) AND id <> $3");
    // No user has the id 0.
    let select = select.bind(username).bind(email).bind(own.unwrap_or(0));
    let others: Vec<String> = select.fetch_all(session.connection().await?).await.map_err(DbError::from)?;
    match others.iter().any(|other| Some(other.as_str()) == username) {
        true => Err(Taken("username").into()),
        false if !others.is_empty() => Err(Taken("email").into()),
        false => Ok(()),
    }
}

pub(super) async fn insert(session: &mut Session, username: &str, email: &str, hash: &str) -> Result<User, SaveError> {
    let insert = sqlx::query_as(
        "INSERT INTO users (username, email, password) VALUES ($1, $2, $3) RETURNING id, username, email, bio, image",
    );
    let insert = insert.bind(username).bind(email).bind(hash);
    insert.fetch_one(session.connection().await?).await.map_err(not_unique)
}

/// Writes what is given and nothing else: another request may have changed the rest since `own` was looked up, or all of it
/// may be gone.
pub(super) async fn update(
    session: &mut Session,
    own: i64,
    change: &UpdateUser,
    hash: Option<&str>,
) -> Result<Option<User>, SaveError> {
    let update = sqlx::query_as(
        "UPDATE users SET username = COALESCE($2, username), email = COALESCE($3, email), bio = COALESCE($4, bio),
             image = COALESCE($5, image), password = COALESCE($6, password)
         WHERE id = $1 RETURNING id, username, email, bio, image",
    );
    let update = update.bind(own).bind(&change.username).bind(&change.email).bind(&change.bio).bind(&change.image);
    update.bind(hash).fetch_optional(session.connection().await?).await.map_err(not_unique)
}

/// Somebody else may have taken the name since it was looked for.
fn not_unique(error: sqlx::Error) -> SaveError {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => Taken("username or email").into(),
        error => DbError::from(error).into(),
    }
}

/// The user, and the hash of the password. Outside of a transaction: a hash is compared with it next, which takes a while.
pub(super) async fn by_email(db: &Db, email: &str) -> Result<Option<(User, String)>, DbError> {
    let select = sqlx::query("SELECT id, username, email, bio, image, password FROM users WHERE email = $1");
    let row = select.bind(email).fetch_optional(db.pool()).await?;
    row.map(|row| Ok((User::from_row(&row)?, row.try_get("password")?))).transpose()
}
