//! Answers so many requests in process, by an application as it is served, and by one that a test has hold of.
//!
//! Arguments: what is overridden, the number of requests.

use std::{
    future::Future as _,
    pin::pin,
    task::{Context, Poll, Waker},
};

use di_benchmarks::{DbError, Pool, Session, User, UserOut};
use di_server::{Service, prelude::*};

#[derive(Container)]
struct App {
    #[container(input)]
    pool: Pool,
}

#[provider]
fn session(pool: &Pool) -> Result<Session, DbError> {
    pool.begin_now()
}

#[provider]
fn user(token: Bearer, session: &mut Session) -> Result<User, StatusCode> {
    session.user_now(token.token()).ok_or(StatusCode::UNAUTHORIZED)
}

#[get("/users/{id}", inline)]
fn get_user(id: Path<u64>, user: &User, session: &mut Session) -> Json<UserOut> {
    Json(session.describe_now(id.0, user))
}

/// What another route depends on.
struct Elsewhere;

#[provider]
fn elsewhere() -> Elsewhere {
    Elsewhere
}

#[get("/elsewhere", inline)]
fn get_elsewhere(_elsewhere: &Elsewhere) {}

static TABLE: Table<App> = table![get_user, get_elsewhere];

fn request() -> http::Request<Body> {
    let request = http::Request::get("/users/42").header("authorization", "Bearer mF_9.B5f-4.1JqM");
    request.body(Body::empty()).expect("a request")
}

fn answer(service: &Service) {
    let response = pin!(service.handle(request(), None)).poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(response) = response else { panic!("nothing is waited for") };
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut args = std::env::args().skip(1);
    let variant = args.next().expect("the first argument is what is overridden");
    let count: u32 = args.next().and_then(|count| count.parse().ok()).expect("the second one is a number");
    let app = App::builder().pool(Pool::default()).build().await.expect("nothing fails");
    let client = || TestClient::new(app.clone(), &TABLE);
    let service = match &*variant {
        "served" => app.service(&TABLE),
        "nothing" => client().service().clone(),
        "elsewhere" => client().provide::<Elsewhere>(|| Elsewhere).service().clone(),
        "session" => client().provide::<Session>(|| Session { id: 0, statements: 0 }).service().clone(),
        _ => panic!("there is no variant `{variant}`"),
    };
    (0..count).for_each(|_| answer(&service));
}
