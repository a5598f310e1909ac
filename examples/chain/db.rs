//! The database: a pool for the application, a transaction for each request.

use std::{
    mem,
    ops::{Deref, DerefMut},
};

use di_server::prelude::*;
use sqlx::{
    ConnectOptions, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{App, Config, limit::WithinLimit};

#[provider(singleton)]
async fn pool(config: &Config) -> Result<SqlitePool, sqlx::Error> {
    let options: SqliteConnectOptions = config.database_url.parse()?;
    let options = options.create_if_missing(true);
    let mut pool = SqlitePoolOptions::new().max_connections(8);
    if config.database_url.contains(":memory:") {
        // A database in memory is gone with its last connection, so one stays open for good. The others share a cache,
        // and would be refused where those of a file wait for each other; so there is one.
        mem::forget(options.connect().await?);
        pool = pool.max_connections(1);
    }
    let pool = pool.connect_with(options).await?;
    sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
    Ok(pool)
}

/// One transaction: whatever a request reads and writes, it does in here.
pub(crate) struct Session(Transaction<'static, Sqlite>);

/// Begins it. It takes `WithinLimit` only to come after it: an address that asks too often gets no connection.
#[provider(teardown = finish)]
async fn session(_: &WithinLimit, method: &Method, pool: &SqlitePool) -> Result<Session, sqlx::Error> {
    // SQLite has one writer at a time; one that says so at once waits for its turn, and cannot be refused later.
    let begin = if method.is_safe() { "BEGIN" } else { "BEGIN IMMEDIATE" };
    pool.begin_with(begin).await.map(Session)
}

/// Ends it before the response is sent. If the commit fails, the client gets a 500 and not the handler's response.
async fn finish(session: Session, outcome: &Outcome) -> Result<(), sqlx::Error> {
    if outcome.is_success() { session.0.commit().await } else { session.0.rollback().await }
}

impl Deref for Session {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
