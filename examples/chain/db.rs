//! The database: a pool for the application, a transaction for each request.

use std::mem;

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

/// One transaction: whatever a handler reads and writes, it does in here.
///
/// It begins with the first query. Before that a client may take its time with the body, and passwords are hashed, and others
/// should not have to wait for either.
pub(crate) struct Session {
    pool: SqlitePool,
    begin: &'static str,
    transaction: Option<Transaction<'static, Sqlite>>,
}

/// It takes `WithinLimit` only to come after it: an address that asks too often gets no connection.
#[provider(teardown = finish)]
fn session(_: &WithinLimit, method: &Method, pool: &SqlitePool) -> Session {
    // SQLite has one writer at a time; one that says so at once waits for its turn, and cannot be refused later.
    let begin = if method.is_safe() { "BEGIN" } else { "BEGIN IMMEDIATE" };
    Session { pool: pool.clone(), begin, transaction: None }
}

/// Ends it before the response is sent. If the commit fails, the client gets a 500 and not the handler's response.
async fn finish(session: Session, outcome: &Outcome) -> Result<(), sqlx::Error> {
    match session.transaction {
        Some(transaction) if outcome.is_success() => transaction.commit().await,
        Some(transaction) => transaction.rollback().await,
        None => Ok(()),
    }
}

impl Session {
    /// The connection that queries go to.
    pub(crate) async fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let transaction = match self.transaction.take() {
            Some(begun) => begun,
            None => self.pool.begin_with(self.begin).await?,
        };
        Ok(self.transaction.insert(transaction))
    }
}
