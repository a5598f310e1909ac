//! A table that has everything a picture shows. Its lines are in the snapshots, so what is new goes to the end.

use std::{convert::Infallible, marker::PhantomData};

use di_server::prelude::*;

#[derive(Container)]
pub(crate) struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
    audit: Audit,
    words: Vec<&'static str>,
    unused: Unused,
}

pub(crate) struct Config;
pub(crate) struct Pool;
pub(crate) struct Audit;
pub(crate) struct Unused;

#[provider(singleton)]
async fn pool(_: &Config) -> Result<Pool, std::io::Error> {
    Ok(Pool)
}

#[provider(singleton)]
fn audit(_: &Pool, _: Own) -> Audit {
    Audit
}

#[provider(singleton)]
fn words() -> Vec<&'static str> {
    Vec::new()
}

#[provider(singleton, blocking)]
fn unused() -> Unused {
    Unused
}

struct Own;

#[provider(transient)]
fn own() -> Own {
    Own
}

struct Session;

#[provider(teardown = finish)]
async fn session(pool: &Pool, method: &Method) -> Result<Session, std::io::Error> {
    let (Pool, _) = (pool, method);
    Ok(Session)
}

async fn finish(_: Session, _: &Outcome, _: &Audit, _: &Pool) {}

struct User;

pub(crate) enum Denied {}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        match self {}
    }
}

#[provider]
async fn user(token: Bearer, session: &mut Session) -> Result<User, Denied> {
    let (_, Session) = (token, session);
    Ok(User)
}

pub(crate) trait Role: Send + Sync + 'static {}

pub(crate) struct Admin;
impl Role for Admin {}

/// What a user is allowed: reached through another generic provider alone.
struct Rights<R>(PhantomData<R>);

#[provider(blocking)]
fn rights<R: Role>(user: &User, only: Option<Header<String>>) -> Rights<R> {
    let (User, _) = (user, only);
    Rights(PhantomData)
}

pub(crate) struct Has<R>(PhantomData<R>);

#[provider]
fn has<R: Role>(rights: &Rights<R>) -> Result<Has<R>, Denied> {
    Ok(Has(rights.0))
}

pub(crate) struct Tenant;

#[provider]
fn tenant(tenant_id: Path<u32>, x_region: Header<String>) -> Tenant {
    let (_, _) = (tenant_id, x_region);
    Tenant
}

#[derive(Provider)]
struct Page {
    limit: Option<Query<u32>>,
    offset: Result<Query<u32>, Rejection>,
}

#[derive(Provider)]
#[provider(request)]
struct Filter<T>
where
    T: serde::de::DeserializeOwned + Send + 'static,
{
    by: Query<T>,
    own: Own,
}

#[derive(serde::Deserialize, PathParams)]
struct Place {
    tenant_id: u32,
    name: String,
}

#[get("/")]
async fn home() -> &'static str {
    "<home & \"garden\">"
}

#[get("/words", inline)]
fn list(words: &Vec<&'static str>, headers: &HeaderMap, page: Page) -> String {
    let (_, _, _) = (words, headers, (page.limit, page.offset));
    String::new()
}

#[post("/words/{word}/{count}")]
fn add(at: Path<(String, u32)>, body: Json<String>, sid: Cookie<String>, from: ConnectInfo) -> StatusCode {
    let (_, _, _, _) = (at, body, sid, from);
    StatusCode::OK
}

#[get("/users/{name}", sequential)]
async fn show(place: Path<Place>, user: Result<&User, &Denied>, filter: &Filter<u32>, _mine: Own) -> String {
    let (_, _) = (user.is_ok(), (&filter.by, &filter.own));
    place.0.name + &place.0.tenant_id.to_string()
}

#[delete("/users/{name}", detached)]
async fn remove(name: Path<String>, tenant: Option<&Tenant>, session: &mut Session, r#type: Query<String>) {
    let (_, _, Session, _) = (name, tenant.is_some(), session, r#type);
}

#[get("/maybe")]
async fn maybe(user: Option<Query<String>>, _pair: &(u8, u8)) -> Result<String, Denied> {
    Ok(user.map_or_else(String::new, |user| user.0))
}

#[provider]
async fn pair() -> Result<(u8, u8), Infallible> {
    Ok((1, 2))
}

pub(crate) const USERS: Routes<App> = routes![show, group(guards = [Has<Admin>], remove)];

/// A guard with a value.
pub(crate) struct Limit(u32);

pub(crate) const fn limit(most: u32) -> Limit {
    Limit(most)
}

#[guard]
impl Limit {
    async fn check(&self, tenant: &Tenant) -> Result<(), StatusCode> {
        let _ = tenant;
        if self.0 > 0 { Ok(()) } else { Err(StatusCode::TOO_MANY_REQUESTS) }
    }
}

pub(crate) static TABLE: Table<App> =
    table![home, list, add, maybe, group("/t{tenant_id}", guards = [Bearer, Tenant, limit(3)], USERS),];
