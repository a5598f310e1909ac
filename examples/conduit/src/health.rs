//! For who watches over the program: does it live, and can it serve?

use di_server::prelude::*;

use crate::{App, db::Db};

pub(crate) const ROUTES: Routes<App> = routes![live, ready];

/// The program runs: 204.
#[get("/health", hidden, inline)]
fn live() -> NoContent {
    NoContent
}

/// Whatever the reason is: that the database is full, or gone, is no fault of the program.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("the database does not answer")]
#[api(status = 503, detail)]
struct NotReady(#[from] sqlx::Error);

/// The database answers: 204; otherwise a 503.
#[get("/ready", hidden)]
async fn ready(db: &Db) -> Result<NoContent, NotReady> {
    // Of a table: SQLite answers to less without a look at its file.
    sqlx::query("SELECT id FROM users LIMIT 1").execute(db.pool()).await?;
    Ok(NoContent)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Conduit, on_each_database};

    on_each_database! {
        async fn it_is_ready_as_long_as_the_database_answers(conduit: Conduit) {
            conduit.client.get("/health").await.assert_status(204);
            conduit.client.get("/ready").await.assert_status(204);
            let rename = |to: &str| sqlx::AssertSqlSafe(format!("ALTER TABLE {to}"));
            sqlx::query(rename("users RENAME TO gone")).execute(conduit.client.app().db.pool()).await.unwrap();
            conduit.client.get("/ready").await.assert_status(503);
            sqlx::query(rename("gone RENAME TO users")).execute(conduit.client.app().db.pool()).await.unwrap();
            conduit.client.get("/ready").await.assert_status(204);
            conduit.client.app().db.pool().close().await;
            conduit.client.get("/health").await.assert_status(204);
            conduit.client.get("/ready").await.assert_status(503).assert_header("retry-after", "1");
        }
    }

    #[tokio::test]
    async fn it_is_not_ready_when_the_database_is_gone() {
        let Some(conduit) = Conduit::on_postgres().await else { return };
        conduit.client.get("/ready").await.assert_status(204);
        conduit.drop_database().await;
        // First a connection that was ended, then one that cannot be made.
        for _ in 0..2 {
            conduit.client.get("/ready").await.assert_status(503);
        }
    }
}
