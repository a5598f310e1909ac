//! For who watches over the program: does it live, and can it serve?

use di_server::prelude::*;

use crate::{
    App,
    db::{Db, DbError},
};

pub(crate) const ROUTES: Routes<App> = routes![live, ready];

/// The program runs: 204.
#[get("/health", hidden, inline)]
fn live() -> NoContent {
    NoContent
}

/// The database answers: 204; otherwise a 503.
#[get("/ready", hidden)]
async fn ready(db: &Db) -> Result<NoContent, DbError> {
    sqlx::query("SELECT 1").execute(db.pool()).await?;
    Ok(NoContent)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Conduit, on_each_database};

    on_each_database! {
        async fn it_is_ready_as_long_as_the_database_answers(conduit: Conduit) {
            conduit.client.get("/health").await.assert_status(204);
            conduit.client.get("/ready").await.assert_status(204);
            conduit.client.app().db.pool().close().await;
            conduit.client.get("/health").await.assert_status(204);
            conduit.client.get("/ready").await.assert_status(503).assert_header("retry-after", "1");
        }
    }
}
