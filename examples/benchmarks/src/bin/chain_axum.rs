//! The chain in axum: the limiter is a middleware, session and user are extractors, the handler commits.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRef, FromRequestParts, Path, Request, State},
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use di_benchmarks::{Limiter, Pool, Session, User, UserOut};
use tokio::net::TcpListener;

#[derive(Clone, FromRef)]
struct App {
    limiter: Arc<Limiter>,
    pool: Arc<Pool>,
}

enum Error {
    TooMany,
    Unauthorized,
    Database,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Database => StatusCode::INTERNAL_SERVER_ERROR,
        }
        .into_response()
    }
}

impl From<di_benchmarks::DbError> for Error {
    fn from(_: di_benchmarks::DbError) -> Self {
        Self::Database
    }
}

/// The user, with the session that found it.
struct Current {
    user: User,
    session: Session,
}

fn bearer(parts: &Parts) -> Result<&str, Error> {
    let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(Error::Unauthorized)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim()),
        _ => Err(Error::Unauthorized),
    }
}

impl FromRequestParts<App> for Current {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let token = bearer(parts)?;
        let mut session = app.pool.begin().await?;
        let user = session.user(token).await.ok_or(Error::Unauthorized)?;
        Ok(Self { user, session })
    }
}

/// As [`Current`], without an await.
struct CurrentNow {
    user: User,
    session: Session,
}

impl FromRequestParts<App> for CurrentNow {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let token = bearer(parts)?;
        let mut session = app.pool.begin_now()?;
        let user = session.user_now(token).ok_or(Error::Unauthorized)?;
        Ok(Self { user, session })
    }
}

async fn limit(State(limiter): State<Arc<Limiter>>, request: Request, next: Next) -> Result<Response, Error> {
    if limiter.admit() { Ok(next.run(request).await) } else { Err(Error::TooMany) }
}

async fn get_user(
    Path(id): Path<u64>,
    State(pool): State<Arc<Pool>>,
    Current { user, mut session }: Current,
) -> Result<Json<UserOut>, Error> {
    let out = session.describe(id, &user).await;
    pool.commit(session).await?;
    Ok(Json(out))
}

async fn get_user_now(
    Path(id): Path<u64>,
    State(pool): State<Arc<Pool>>,
    CurrentNow { user, mut session }: CurrentNow,
) -> Result<Json<UserOut>, Error> {
    let out = session.describe_now(id, &user);
    pool.commit_now(session)?;
    Ok(Json(out))
}

async fn quit() {
    di_benchmarks::quit()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (variant, port) = di_benchmarks::arguments();
    let app = App { limiter: Arc::default(), pool: Arc::default() };
    let route = if variant.starts_with("sync") { get(get_user_now) } else { get(get_user) };
    let router = Router::new()
        .route("/users/{id}", route)
        .layer(middleware::from_fn_with_state(app.clone(), limit))
        .route("/quit", get(quit))
        .with_state(app);
    axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, router).await
}
