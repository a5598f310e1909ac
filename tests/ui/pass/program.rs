//! The program of the design, with stubs in place of a database.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms, unused_qualifications)]
#![allow(dead_code)]

use di_server::prelude::*;
use serde::{Deserialize, Serialize};

/// What the application is told.
pub struct Config {
    /// Where the database is.
    pub url: String,
}

/// Connections.
pub struct Pool;

/// What a query came to.
#[derive(Debug)]
pub struct DbError;

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the database failed")
    }
}

impl std::error::Error for DbError {}

/// Every singleton of the application, by type.
#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
}

#[provider(singleton)]
async fn pool(config: &Config) -> Result<Pool, DbError> {
    if config.url.is_empty() { Err(DbError) } else { Ok(Pool) }
}

/// A transaction.
pub struct Session;

#[provider(teardown = finish)]
async fn session(pool: &Pool) -> Result<Session, DbError> {
    let Pool = pool;
    Ok(Session)
}

async fn finish(session: Session, outcome: &Outcome) -> Result<(), DbError> {
    let Session = session;
    if outcome.is_success() { Ok(()) } else { Err(DbError) }
}

/// Who asks.
pub struct User {
    name: String,
}

/// Why nobody is let in.
pub enum AuthError {
    /// The token is not known.
    Unknown,
    /// The database failed.
    Db(DbError),
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => StatusCode::UNAUTHORIZED.into_response(),
            Self::Db(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[provider]
async fn current_user(token: Bearer, session: &mut Session) -> Result<User, AuthError> {
    let Session = session;
    if token.token() == "ada" { Ok(User { name: "Ada".into() }) } else { Err(AuthError::Unknown) }
}

/// What a user may be.
pub trait Role: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
}

/// May do everything.
pub struct Admin;

impl Role for Admin {
    const NAME: &'static str = "admin";
}

/// Says that the user has a role.
pub struct Has<R>(std::marker::PhantomData<R>);

#[provider]
fn has<R: Role>(user: &User) -> Result<Has<R>, AuthError> {
    if user.name == R::NAME { Ok(Has(std::marker::PhantomData)) } else { Err(AuthError::Unknown) }
}

/// Which part of a list.
#[derive(Provider)]
pub struct Page {
    limit: Query<u32>,
    offset: Query<u32>,
}

/// A user, as sent.
#[derive(Serialize)]
pub struct UserOut {
    id: u64,
    name: String,
}

/// Returns one user.
#[get("/users/{id}")]
async fn get_user(id: Path<u64>, user: &User, session: &mut Session) -> Result<Json<UserOut>, DbError> {
    let Session = session;
    Ok(Json(UserOut { id: *id, name: user.name.clone() }))
}

/// Returns a page of numbers.
#[get("/numbers")]
async fn numbers(page: Page) -> Json<Vec<u32>> {
    Json((*page.offset..*page.offset + *page.limit).collect())
}

/// What is hashed.
#[derive(Deserialize)]
pub struct Password {
    text: String,
}

#[post("/hash")]
fn hash(body: Json<Password>) -> Json<usize> {
    Json(body.text.len())
}

/// What administrators do.
pub mod admin {
    use super::*;

    /// Lists what was done.
    #[get("/log")]
    async fn log(admin: &Has<Admin>) -> &'static str {
        let Has(_) = admin;
        "nothing"
    }

    #[delete("/users/{id}")]
    async fn remove(id: Path<u64>, session: &mut Session) -> StatusCode {
        let (Path(_), Session) = (id, session);
        StatusCode::NO_CONTENT
    }

    /// The routes.
    pub const ROUTES: Routes<App> = routes![log, remove];
}

static TABLE: Table<App> = table![get_user, numbers, hash, group("/admin", guards = [Has<Admin>], admin::ROUTES)];

/// Starts, and does not serve.
pub async fn start() -> Result<Application<App>, di_server::BuildError> {
    App::builder().config(Config { url: "memory".into() }).build().await
}

fn main() {
    assert_eq!(TABLE.data().route_count(), 5);
}
