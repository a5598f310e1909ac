//! What may a test put in the place of a dependency?

use std::panic::{AssertUnwindSafe, catch_unwind};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Counter, Log, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    counter: Counter,
    mailer: Mailer,
}

/// A singleton.
pub struct Mailer(String);

#[provider(singleton)]
fn mailer() -> Mailer {
    Mailer("smtp".to_owned())
}

/// Torn down, in every request that has one.
pub struct Session(String);

#[provider(teardown = close)]
async fn session(log: &Log) -> Session {
    pause().await;
    log.push("session");
    Session("real".to_owned())
}

async fn close(_: Session, _: &Outcome, log: &Log) {
    log.push("close");
}

#[derive(Clone)]
pub struct User(String);

#[provider]
async fn user(token: Bearer, session: &Session) -> Result<User, StatusCode> {
    let _ = (token, session);
    Err(StatusCode::UNAUTHORIZED)
}

pub struct Admin;

#[provider]
fn admin(user: &User) -> Result<Admin, StatusCode> {
    if user.0 == "root" { Ok(Admin) } else { Err(StatusCode::FORBIDDEN) }
}

#[derive(Provider)]
pub struct Page {
    limit: Query<u32>,
}

#[get("/me")]
async fn me(user: &User) -> String {
    user.0.clone()
}

#[get("/admin")]
fn admin_only(mailer: &Mailer, session: &Session) -> String {
    format!("{} {}", mailer.0, session.0)
}

#[get("/page")]
async fn page(page: Page, again: Page) -> String {
    format!("{} {}", page.limit.0, again.limit.0)
}

#[get("/cookie")]
async fn cookie(theme: Cookie<String>) -> String {
    theme.0
}

static TABLE: Table<App> = table![me, page, cookie, group("/deep", guards = [Admin], admin_only)];

async fn client(rt: Rt) -> TestClient<App> {
    let app = App::builder().log(Log::default()).counter(Counter::default()).runtime(rt).build().await.unwrap();
    TestClient::new(app, &TABLE)
}

fn somebody() -> User {
    User("somebody".to_owned())
}

async fn behaviour_18_the_original_s_inputs_are_demanded_no_more(rt: Rt) {
    let client = client(rt).await;
    client.get("/me").await.assert_status(401);
    let client = client.provide::<User>(somebody);
    client.get("/me").await.assert_status(200).assert_text("somebody");
    assert!(client.app().log.take().is_empty(), "the session that the original needs is not opened");
    client.clear_overrides().get("/me").await.assert_status(401);
}

async fn behaviour_18_guards_of_groups_see_the_override(rt: Rt) {
    let client = client(rt).await.provide::<User>(somebody);
    client.get("/deep/admin").await.assert_status(403);
    let client = client.provide::<User>(|| User("root".to_owned()));
    client.get("/deep/admin").await.assert_text("smtp real");
    let client = client.clear_overrides().provide::<Admin>(|| Admin);
    client.get("/deep/admin").await.assert_text("smtp real");
}

async fn behaviour_18_a_singleton_is_replaced_once_and_others_keep_the_original(rt: Rt) {
    let made = Counter::default();
    let factory = made.clone();
    let client = client(rt)
        .await
        .provide::<Admin>(|| Admin)
        .provide::<Mailer>(move || Mailer(format!("fake {}", factory.next())));
    client.get("/deep/admin").await.assert_text("fake 0 real");
    client.get("/deep/admin").await.assert_text("fake 0 real");
    assert_eq!(made.count(), 1);
    assert_eq!(client.app().mailer.0, "smtp");
}

#[provider(replace)]
fn counted_mailer(counter: &Counter) -> Mailer {
    Mailer(format!("fake {}", counter.next()))
}

async fn a_singleton_that_a_provider_replaces_is_built_for_each_request(rt: Rt) {
    let client = client(rt).await.provide::<Admin>(|| Admin).replace::<counted_mailer>();
    client.get("/deep/admin").await.assert_text("fake 0 real");
    client.get("/deep/admin").await.assert_text("fake 1 real");
}

async fn behaviour_18_transients_and_inputs_are_made_for_each_use(rt: Rt) {
    let made = Counter::default();
    let factory = made.clone();
    let client = client(rt).await;
    client.get("/page").await.assert_status(422);
    let client = client.provide::<Page>(move || Page { limit: Query(u32::try_from(factory.next()).unwrap()) });
    client.get("/page").await.assert_text("0 1");
    client.get("/cookie").await.assert_status(422);
    let client = client.replace::<cookie_of_query>();
    client.get("/cookie?theme=dark").await.assert_text("dark");
}

#[provider(replace)]
fn cookie_of_query(theme: Query<String>) -> Cookie<String> {
    Cookie(theme.0)
}

/// With inputs, dependencies and a teardown of its own.
#[provider(replace, teardown = close)]
async fn session_of_header(name: Header<String>, log: &Log, counter: &Counter) -> Result<Session, StatusCode> {
    pause().await;
    log.push("replacement");
    if name.0 == "nobody" {
        return Err(StatusCode::IM_A_TEAPOT);
    }
    Ok(Session(format!("{} {}", name.0, counter.next())))
}

async fn behaviour_18_the_replacement_s_inputs_are_demanded(rt: Rt) {
    let client = client(rt).await.provide::<Admin>(|| Admin).replace::<session_of_header>();
    client.get("/deep/admin").await.assert_status(422);
    client.get("/deep/admin").header("name", "Ada").await.assert_text("smtp Ada 0");
    assert_eq!(client.app().log.take(), ["replacement", "close"]);
    client.get("/deep/admin").header("name", "nobody").await.assert_status(418);
    assert_eq!(client.app().log.take(), ["replacement"]);
}

/// ≠ FastAPI, where an override of something that nothing depends on is silently of no effect.
async fn behaviour_18_an_override_that_reaches_nothing_is_an_error(rt: Rt) {
    struct Sesion;
    let client = client(rt).await;
    let panic = catch_unwind(AssertUnwindSafe(|| client.provide::<Sesion>(|| Sesion))).map(drop);
    let message = *panic.expect_err("nothing asks for it").downcast::<String>().unwrap();
    assert!(message.starts_with("nothing reaches `"), "{message}");
    assert!(message.ends_with("has no effect\nhelp: did you mean `Session`?"), "{message}");
}

on_every_executor![
    behaviour_18_the_original_s_inputs_are_demanded_no_more,
    behaviour_18_guards_of_groups_see_the_override,
    behaviour_18_a_singleton_is_replaced_once_and_others_keep_the_original,
    a_singleton_that_a_provider_replaces_is_built_for_each_request,
    behaviour_18_transients_and_inputs_are_made_for_each_use,
    behaviour_18_the_replacement_s_inputs_are_demanded,
    behaviour_18_an_override_that_reaches_nothing_is_an_error,
];
