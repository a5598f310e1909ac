//! Every form of a parameter.
#![deny(warnings)]

use std::sync::Arc;

use di_server::{Rejection, prelude::*};

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
}

#[derive(Clone)]
pub struct Config(u32);

#[derive(Clone)]
struct User(u32);
struct Session(u32);
struct Stamp(u32);

#[derive(Debug)]
struct Refused;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[provider(request)]
async fn user(config: &Config) -> Result<User, Refused> {
    if config.0 == 0 { Err(Refused) } else { Ok(User(config.0)) }
}

#[provider(blocking)]
fn session(user: Result<&User, &Refused>, config: Config) -> Session {
    Session(user.map_or(config.0, |user| user.0))
}

#[provider(transient)]
fn stamp(session: &mut Session) -> Stamp {
    session.0 += 1;
    Stamp(session.0)
}

struct Guest(u32);

/// What it provides is an `Option` itself.
#[provider(transient)]
fn guest(user: &User) -> Result<Option<Guest>, Rejection> {
    if user.0 == 1 { Err(Rejection::refused(Problem::new(StatusCode::GONE))) } else { Ok((user.0 > 2).then_some(Guest(user.0))) }
}

#[get("/guests")]
async fn guests(guest: Result<Option<Guest>, Rejection>) -> String {
    guest.ok().flatten().map_or(0, |guest| guest.0).to_string()
}

#[derive(Provider)]
#[provider(request)]
struct Both {
    stamp: Stamp,
    user: User,
    limit: Option<Query<u32>>,
}

#[derive(Provider)]
struct Wrapped(Query<u32>, Stamp);

#[derive(Provider)]
struct Nothing;

#[get("/shared")]
async fn shared(config: &Config, user: &User, both: &Both, method: &Method, uri: &Uri, headers: &HeaderMap) -> String {
    let sum = config.0 + user.0 + both.stamp.0 + both.user.0 + both.limit.as_ref().map_or(0, |limit| limit.0);
    format!("{sum} {method} {uri} {}", headers.len())
}

#[get("/exclusive")]
async fn exclusive(session: &mut Session) -> String {
    session.0.to_string()
}

#[get("/values/{id}")]
fn values(Path(id): Path<u64>, user: User, config: Config, stamp: Stamp, wrapped: Wrapped, _: Nothing) -> String {
    format!("{id} {} {} {} {} {}", user.0, config.0, stamp.0, wrapped.0.0, wrapped.1.0)
}

#[get("/options")]
async fn options_of(
    shared: Option<&User>,
    exclusive: Option<&mut Session>,
    query: Option<Query<u32>>,
    r#type: Option<Query<String>>,
    _token: Option<Bearer>,
) -> String {
    format!("{} {} {} {}", shared.is_some(), exclusive.is_some(), query.is_some(), r#type.is_some())
}

#[post("/results")]
async fn results(user: Result<&User, &Refused>, body: Result<Json<Vec<u32>>, Rejection>) -> String {
    format!("{} {}", user.is_ok(), body.is_ok())
}

#[get("/elided")]
async fn elided<'a>(user: &'a User, (_, _): (u8, u8)) -> String {
    user.0.to_string()
}

#[provider(transient)]
fn pair() -> (u8, u8) {
    (1, 2)
}

#[provider]
fn greet() -> Arc<dyn Fn(&str) -> String + Send + Sync> {
    Arc::new(|name| format!("hello, {name}"))
}

#[get("/function")]
async fn function(greet: &Arc<dyn for<'a> Fn(&'a str) -> String + Send + Sync>) -> String {
    greet("you")
}

#[get("/future")]
fn future(config: &Config) -> impl Future<Output = String> + Send {
    let number = config.0;
    async move { number.to_string() }
}

#[get("/inline", inline)]
fn inline(config: &Config) -> String {
    config.0.to_string()
}

#[get("/borrowing")]
async fn borrowing(user: &User) -> Json<&u32> {
    Json(&user.0)
}

#[get("/nothing", sequential, detached)]
async fn nothing() {}

#[get("/impl")]
async fn opaque() -> impl IntoResponse {
    (StatusCode::CREATED, [(header::LOCATION, "/")], "made")
}

#[get("/blocking", allow_blocking)]
async fn briefly() {
    std::thread::sleep(std::time::Duration::ZERO);
}

#[route(method = "PURGE", "/x")]
async fn purge() {}

static TABLE: Table<App> = table![
    shared, exclusive, values, guests, options_of, results, elided, function, future, inline, borrowing, nothing, opaque, briefly,
    purge
];

fn main() {
    assert_eq!(TABLE.data().route_count(), 15);
}
