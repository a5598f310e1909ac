//! scratch
use di_server::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
}
pub struct Config { n: usize }
pub struct Pool { opened: AtomicUsize }

#[derive(Debug)]
pub struct DbError;
impl std::fmt::Display for DbError { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("db") } }
impl std::error::Error for DbError {}

#[provider(singleton)]
async fn pool(config: &Config) -> Result<Pool, DbError> { Ok(Pool { opened: AtomicUsize::new(config.n) }) }

pub struct Session { id: usize }

#[provider(teardown = finish)]
async fn session(pool: &Pool) -> Result<Session, DbError> {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    Ok(Session { id: pool.opened.fetch_add(1, Ordering::Relaxed) })
}
async fn finish(session: Session, outcome: &Outcome) -> Result<(), DbError> {
    println!("finish {} {outcome:?}", session.id);
    Ok(())
}
pub struct User { name: String }
pub enum AuthError { Bad }
impl IntoResponse for AuthError { fn into_response(self) -> Response { StatusCode::UNAUTHORIZED.into_response() } }

#[provider]
async fn current_user(token: Bearer, session: &mut Session) -> Result<User, AuthError> {
    if token.token() == "bad" { return Err(AuthError::Bad) }
    session.id += 1000;
    Ok(User { name: token.token().to_owned() })
}

pub trait Role: Send + Sync + 'static { const NAME: &'static str; }
pub struct Admin;
impl Role for Admin { const NAME: &'static str = "admin"; }
pub struct Has<R>(std::marker::PhantomData<R>);
pub struct Forbidden;
impl IntoResponse for Forbidden { fn into_response(self) -> Response { (StatusCode::FORBIDDEN, "no").into_response() } }
#[provider]
fn has<R: Role>(user: &User) -> Result<Has<R>, Forbidden> {
    if user.name == R::NAME { Ok(Has(std::marker::PhantomData)) } else { Err(Forbidden) }
}

#[derive(Provider)]
pub struct Page { limit: Query<u32>, offset: Query<u32> }

/// Returns one user.
#[get("/users/{id}")]
async fn get_user(id: Path<u64>, user: &User, session: &mut Session, page: Page) -> Result<Json<(u64, String, u32)>, DbError> {
    session.id += 1;
    Ok(Json((*id, user.name.clone(), *page.limit + *page.offset)))
}

#[post("/hash")]
fn hash(body: Json<String>) -> Json<usize> { Json(body.len()) }

#[get("/secret")]
async fn secret(_user: &User) -> &'static str { "secret" }

static TABLE: Table<App> = table![get_user, hash, group("/admin", guards = [Has<Admin>], secret)];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().config(Config { n: 0 }).build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
