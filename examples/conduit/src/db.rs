//! The database: a pool for the application, one transaction for each request.
//!
//! SQLite or PostgreSQL, as the URL says: `sqlx::Any` is whichever it is, and all SQL of this program is understood by both.
//! Only how a table's ids are made differs, so each has migrations of its own.

use std::time::Duration;

use di_server::prelude::*;
use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Executor as _, Transaction, any::AnyPoolOptions,
    error::DatabaseError, migrate::Migrator,
};

use crate::{App, config::Config};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The application's connections. A clone is another handle on the same.
#[derive(Clone)]
pub(crate) struct Db {
    pool: AnyPool,
    sqlite: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("cannot connect to the database `{url}`")]
    Connect { url: String, source: sqlx::Error },
    #[error("the migrations of the database failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Connects, and brings the tables up to date.
#[provider(singleton, teardown = close)]
async fn db(config: &Config) -> Result<Db, StartError> {
    sqlx::any::install_default_drivers();
    let sqlite = config.database_url.starts_with("sqlite:");
    let wait = config.database_wait_ms;
    let options = AnyPoolOptions::new()
        .max_connections(config.database_connections.into())
        .acquire_timeout(Duration::from_millis(config.database_wait_ms))
        .after_connect(move |connection, _| Box::pin(prepare(connection, sqlite, wait)));
    let pool = match options.connect(&config.database_url).await {
        Ok(pool) => pool,
        Err(error) => {
            let source = cause(error, config, sqlite).await;
            return Err(StartError::Connect { url: config.shown_database_url(), source });
        }
    };
    let migrations = if sqlite { &SQLITE } else { &POSTGRES };
    migrations.run(&pool).await?;
    Ok(Db { pool, sqlite })
}

async fn prepare(connection: &mut AnyConnection, sqlite: bool, wait: u64) -> Result<(), sqlx::Error> {
    if sqlite {
        // Who writes waits for another who does as long as for a connection. It is an `int` there.
        let wait = i32::try_from(wait).unwrap_or(i32::MAX);
        connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {wait}"))).await?;
        // Whoever writes no longer keeps others from reading.
        connection.execute("PRAGMA journal_mode = WAL").await?;
    }
    Ok(())
}

/// A pool that has waited in vain does not say for what; a connection without one does.
async fn cause(error: sqlx::Error, config: &Config, sqlite: bool) -> sqlx::Error {
    let connect = async {
        let connection = &mut AnyConnection::connect(&config.database_url).await?;
        prepare(connection, sqlite, config.database_wait_ms).await
    };
    match tokio::time::timeout(Duration::from_millis(config.database_wait_ms), connect).await {
        Ok(Err(cause)) if matches!(error, sqlx::Error::PoolTimedOut) => cause,
        _ => error,
    }
}

/// Once the server has stopped.
async fn close(db: Db, _: &Outcome) {
    db.pool.close().await;
}

impl Db {
    /// For one query that is a transaction by itself; its connection is given back at once.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }
}

/// One transaction: what a request reads and writes, it does in here.
///
/// It begins with the first query. Before that a client may take its time with the body, and passwords are hashed, and neither
/// should keep a connection from others.
pub(crate) struct Session {
    db: Db,
    begin: &'static str,
    transaction: Option<Transaction<'static, Any>>,
}

#[provider(teardown = finish)]
fn session(db: &Db, method: &Method) -> Session {
    // SQLite has one writer at a time; one that says so at once waits for its turn, and cannot be refused later.
    let begin = if db.sqlite && !method.is_safe() { "BEGIN IMMEDIATE" } else { "BEGIN" };
    Session { db: db.clone(), begin, transaction: None }
}

/// How long a commit may take: less than a teardown may, so that the client is told a 503.
const COMMIT: Duration = Duration::from_secs(4);

/// Ends it before the response is sent. If the commit fails, the client is told so, and does not get the handler's response.
async fn finish(session: Session, outcome: &Outcome) -> Result<(), DbError> {
    match session.transaction {
        Some(transaction) if outcome.is_success() => match tokio::time::timeout(COMMIT, transaction.commit()).await {
            Ok(committed) => Ok(committed?),
            Err(late) => Err(DbError::Unavailable(sqlx::Error::Io(late.into()))),
        },
        Some(transaction) => Ok(transaction.rollback().await?),
        None => Ok(()),
    }
}

impl Session {
    /// The connection that queries go to.
    pub(crate) async fn connection(&mut self) -> Result<&mut AnyConnection, DbError> {
        if self.transaction.is_none() {
            self.transaction = Some(self.db.pool.begin_with(self.begin).await?);
        }
        let transaction = self.transaction.as_mut();
        transaction.map(|transaction| &mut **transaction).ok_or(DbError::Unavailable(sqlx::Error::PoolClosed))
    }
}

/// What is wrong with the database, and not with the request.
#[derive(Debug, thiserror::Error, ApiError)]
pub(crate) enum DbError {
    #[error("the database cannot be reached at the moment")]
    #[api(status = 503, detail)]
    Unavailable(#[source] sqlx::Error),
    #[error("a query failed")]
    #[api(status = 500)]
    Failed(#[source] sqlx::Error),
    /// PostgreSQL keeps no NUL in a text.
    #[error("text has a character that cannot be stored")]
    #[api(status = 422)]
    Text(#[source] sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        match error {
            Io(_) | PoolTimedOut | PoolClosed | WorkerCrashed => Self::Unavailable(error),
            Database(ref cause) if passes(&**cause) => Self::Unavailable(error),
            Database(ref cause) if cause.code().as_deref() == Some("22021") => Self::Text(error),
            error => Self::Failed(error),
        }
    }
}

/// Whether the same request may well have another end later. What another request has just made or removed is for the query's own
/// module to tell.
fn passes(error: &dyn DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    match code.parse::<u32>() {
        // Of SQLite, whose codes have what exactly it was in their upper bytes: busy, an error of the disk, which may be full.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 10 | 13),
        // Of PostgreSQL: it is starting, stopping, only to be read, full, or gone; others were first, or took too long.
        _ => matches!(
            &*code,
            "57P01" | "57P02" | "57P03" | "53300" | "53100" | "25006" | "3D000" | "40001" | "40P01" | "57014" | "55P03"
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::DbError;
    use crate::testing::{Conduit, on_each_database};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_commit_that_takes_too_long_is_a_503() {
        let Some(conduit) = Conduit::on_postgres().await else { return };
        let ada = conduit.register("ada").await;
        let slow =
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
             CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON articles DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION slow()";
        sqlx::raw_sql(slow).execute(conduit.client.app().db.pool()).await.unwrap();
        let article = json!({"article": {"title": "t", "description": "d", "body": "b"}});
        let post = conduit.as_user(di_server::prelude::Method::POST, "/api/articles", &ada);
        post.json(&article).await.assert_status(503).assert_header("retry-after", "1");
    }

    #[tokio::test]
    async fn what_passes_is_no_failure_of_a_query() {
        let Some(conduit) = Conduit::on_postgres().await else { return };
        for (code, passes) in [
            ("57P01", true),
            ("57P02", true),
            ("57P03", true),
            ("53300", true),
            ("53100", true),
            ("25006", true),
            ("3D000", true),
            ("40001", true),
            ("40P01", true),
            ("57014", true),
            ("55P03", true),
            ("23503", false),
            ("42P01", false),
        ] {
            let raise = sqlx::AssertSqlSafe(format!("DO 'BEGIN RAISE SQLSTATE ''{code}''; END'"));
            let error = sqlx::raw_sql(raise).execute(conduit.client.app().db.pool()).await.expect_err("it is raised");
            assert_eq!(matches!(DbError::from(error), DbError::Unavailable(_)), passes, "{code}");
        }
    }

    #[tokio::test]
    async fn a_writer_of_sqlite_waits_as_long_as_is_set() {
        let conduit = Conduit::on_sqlite().await;
        let app = conduit.client.app();
        let wait: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(app.db.pool()).await.unwrap();
        assert_eq!(wait.cast_unsigned(), app.config.database_wait_ms);
    }

    #[tokio::test]
    async fn a_disk_that_is_full_is_no_failure_of_a_query() {
        let conduit = Conduit::on_sqlite().await;
        let mut connection = conduit.client.app().db.pool().acquire().await.unwrap();
        sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&mut *connection).await.unwrap();
        let fill = "CREATE TABLE filled AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000) SELECT i FROM n";
        let error = sqlx::raw_sql(fill).execute(&mut *connection).await.expect_err("there is no room");
        assert!(matches!(DbError::from(error), DbError::Unavailable(_)));
    }

    on_each_database! {
        async fn a_constraint_is_no_outage(conduit: Conduit) {
            conduit.register("ada").await;
            for insert in [
                "INSERT INTO follows (follower_id, followed_id) VALUES (4711, 4711)",
                "INSERT INTO users (username, email, password) VALUES ('ada', 'ada@example.com', '')",
            ] {
                let error = sqlx::query(insert).execute(conduit.client.app().db.pool()).await;
                let error = DbError::from(error.expect_err("a constraint forbids it"));
                assert!(matches!(error, DbError::Failed(_)), "{insert}");
            }
        }

        async fn when_all_connections_are_taken_a_request_is_refused_until_one_is_free(conduit: Conduit) {
            let (pool, mut taken) = (conduit.client.app().db.pool(), Vec::new());
            while taken.len() < pool.options().get_max_connections() as usize {
                taken.push(pool.acquire().await.unwrap());
            }
            let refused = conduit.client.get("/api/articles").await;
            refused.assert_status(503).assert_header("retry-after", "1");
            refused.assert_json(&json!({"errors": {"body": ["the database cannot be reached at the moment"]}}));
            drop(taken);
            conduit.client.get("/api/articles").await.assert_status(200);
        }

        async fn what_a_refused_request_has_written_is_undone(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            // The article is written first, and a tag that the database refuses next: no text has a NUL in it.
            let article = json!({"title": "t", "description": "d", "body": "b", "tagList": ["fine", "a\u{0}b"]});
            let post = conduit.as_user(di_server::prelude::Method::POST, "/api/articles", &ada);
            let response = post.json(&json!({"article": article})).await;
            // Of the two databases one does.
            let count = if response.status() == 422 { 0 } else { 1 };
            let listed: serde_json::Value = conduit.client.get("/api/articles").await.json();
            assert_eq!(listed["articlesCount"], count, "after {response}");
            assert!(count == 0 || response.status() == 201, "{response}");
        }
    }
}
