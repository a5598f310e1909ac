//! With asynchronous providers.

use di_benchmarks::{DbError, Limiter, Pool, Session, User, UserOut};
use di_server::prelude::*;

#[derive(Container)]
pub(crate) struct App {
    #[container(input)]
    limiter: Limiter,
    #[container(input)]
    pool: Pool,
}

/// Proof that the limiter let a request through.
struct Admitted;

#[provider]
fn admitted(limiter: &Limiter) -> Result<Admitted, StatusCode> {
    if limiter.admit() { Ok(Admitted) } else { Err(StatusCode::TOO_MANY_REQUESTS) }
}

#[provider(teardown = finish)]
async fn session(pool: &Pool) -> Result<Session, DbError> {
    pool.begin().await
}

async fn finish(session: Session, _: &Outcome, pool: &Pool) -> Result<(), DbError> {
    pool.commit(session).await
}

#[provider]
async fn user(token: Bearer, session: &mut Session) -> Result<User, StatusCode> {
    session.user(token.token()).await.ok_or(StatusCode::UNAUTHORIZED)
}

#[get("/users/{id}")]
async fn get_user(id: Path<u64>, user: &User, session: &mut Session) -> Json<UserOut> {
    Json(session.describe(id.0, user).await)
}

#[get("/quit", inline)]
fn quit() {
    di_benchmarks::quit()
}

static TABLE: Table<App> = table![quit, group(guards = [Admitted], get_user)];

pub(crate) async fn serve(port: u16) -> Result<(), di_server::Error> {
    let app = App::builder().limiter(Limiter::default()).pool(Pool::default()).build().await?;
    di_server::serve(app, &TABLE, ("127.0.0.1", port)).await
}
