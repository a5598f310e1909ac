//! A whole service on SQLite: rate limit, one transaction per request, users, roles, and writes that are undone together.
//!
//! ```sh
//! cargo run --example chain
//! ```
//!
//! It prints what to try. `$PORT` (8000), `$DATABASE_URL` (in memory, gone with the process; `sqlite:notes.db` is a file) and
//! `$REQUESTS_PER_MINUTE` (60, of one user) are read at the start.
//!
//! | module | shows |
//! |---|---|
//! | `db` | a pool as a singleton, a transaction as a request-scoped provider with a teardown, begun by the first query |
//! | `limit` | a rate limit before the transaction, and one by user |
//! | `auth` | a body shared by providers, hashing on the blocking pool, a token, a generic guard |
//! | `notes` | path, query and body; a derived provider |
//! | `transfers` | two writes that hold together, and a commit that fails |
//! | `dashboard` | providers that run at the same time |
//! | `error` | one error type for all, as a problem document |

mod auth;
mod dashboard;
mod db;
mod error;
mod limit;
mod notes;
mod transfers;

use std::{env, num::NonZeroU32};

use di_server::prelude::*;
use sqlx::SqlitePool;

use crate::{
    auth::{Admin, Has, Hasher},
    limit::Limits,
};

/// Every singleton, by type.
#[derive(Container)]
struct App {
    #[container(input)]
    config: Config,
    pool: SqlitePool,
    limits: Limits,
    hasher: Hasher,
}

/// What the environment sets.
struct Config {
    port: u16,
    database_url: String,
    requests_per_minute: NonZeroU32,
}

impl Config {
    fn from_env() -> Result<Self, di_server::Error> {
        let var = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        Ok(Self {
            port: var("PORT", "8000").parse()?,
            database_url: var("DATABASE_URL", "sqlite::memory:"),
            requests_per_minute: var("REQUESTS_PER_MINUTE", "60").parse()?,
        })
    }
}

static TABLE: Table<App> = table![
    auth::ROUTES,
    group("/notes", tags = ["notes"], notes::ROUTES),
    transfers::ROUTES,
    dashboard::ROUTES,
    group("/admin", guards = [Has<Admin>], tags = ["admin"], auth::ADMIN_ROUTES),
    openapi("/openapi.json"),
    docs("/docs"),
];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    tracing_subscriber::fmt().with_target(false).init();
    let config = Config::from_env()?;
    let address = format!("127.0.0.1:{}", config.port);
    let app = App::builder().config(config).build().await?;
    println!("{}", TRY.replace("ADDRESS", &address));
    di_server::serve(app, &TABLE, address).await
}

const TRY: &str = r#"listening on http://ADDRESS; paste these lines into another terminal, in order:

URL=http://ADDRESS
TYPE='content-type: application/json'
curl -H "$TYPE" -d '{"name":"bob","password":"open sesame"}' $URL/users
TOKEN=$(curl -s -H "$TYPE" -d '{"name":"bob","password":"open sesame"}' $URL/tokens | cut -d'"' -f4)
BOB="authorization: Bearer $TOKEN"
curl -H "$BOB" $URL/me
curl -H "$BOB" -H "$TYPE" -d '{"text":"buy milk"}' $URL/notes
curl -H "$BOB" -H "$TYPE" -d '{"text":"call ada"}' $URL/notes
curl -H "$BOB" "$URL/notes?limit=1&offset=1"
curl -H "$BOB" $URL/notes/1
curl -H "$BOB" -i -X DELETE $URL/notes/1

# Two writes that succeed; two of which the second fails, so the first is undone; two whose commit fails, a 500.
curl -H "$BOB" -H "$TYPE" -d '{"to":1,"amount":30}' $URL/transfers
curl -H "$BOB" -H "$TYPE" -d '{"to":1,"amount":1000}' $URL/transfers
curl -H "$BOB" -H "$TYPE" -d '{"to":99,"amount":5}' $URL/transfers
curl -H "$BOB" $URL/me

# For admins only; `ada` is one.
curl -H "$BOB" $URL/admin/users
TOKEN=$(curl -s -H "$TYPE" -d '{"name":"ada","password":"lovelace"}' $URL/tokens | cut -d'"' -f4)
curl -H "authorization: Bearer $TOKEN" $URL/admin/users

# Three providers of 100 ms each, at the same time. Then the rate limit.
curl $URL/dashboard
for i in $(seq 60); do curl -s -o /dev/null -w '%{http_code} ' -H "$BOB" $URL/me; done; curl -i -H "$BOB" $URL/me
"#;
