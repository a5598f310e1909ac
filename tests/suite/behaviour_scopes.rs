//! What may a token be used for, and who asks that?

use di_server::{Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Log, from_user, get, json, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

macro_rules! scopes {
    ($($scope:ident $name:literal),*) => {
        $(
            pub struct $scope;
            impl SecurityScope for $scope {
                const NAME: ScopeName = ScopeName::new($name);
            }
        )*
    };
}

scopes!(Read "notes:read", Write "notes:write", Admin "admin", Audit "audit");

/// What the token says: `a+b` has the scopes `a` and `b`. It sees whatever the route requires.
pub struct Claims(GrantedScopes);

#[provider]
async fn claims(token: Bearer, required: RequiredScopes, log: &Log) -> Claims {
    pause().await;
    log.push(format_args!("claims for {required:?}"));
    Claims(token.token().split('+').collect())
}

#[provider]
fn granted(claims: &Claims) -> GrantedScopes {
    claims.0.clone()
}

/// Something nested, used by both of the siblings below, that requires a scope of its own.
pub struct Store(Vec<&'static str>);

#[provider]
async fn store(_read: Scoped<Read>, required: RequiredScopes) -> Store {
    pause().await;
    Store(required.iter().collect())
}

/// Something nested, used by one of them.
pub struct Journal(Vec<&'static str>);

#[provider]
fn journal(required: RequiredScopes) -> Journal {
    Journal(required.iter().collect())
}

pub struct Editor(Vec<&'static str>);

#[provider]
fn editor(_write: Scoped<Write>, store: &Store, journal: &Journal) -> Editor {
    let _ = store;
    Editor(journal.0.clone())
}

pub struct Auditor(Vec<&'static str>);

#[provider]
fn auditor(_audit: Scoped<Audit>, required: RequiredScopes) -> Auditor {
    Auditor(required.iter().collect())
}

#[get("/open", inline)]
fn open(required: RequiredScopes) -> String {
    format!("{required:?}")
}

#[get("/read", inline)]
fn read(_read: Scoped<Read>) -> &'static str {
    "read"
}

#[get("/write", scopes = [Write], inline)]
fn write(required: RequiredScopes) -> String {
    required.to_string()
}

#[post("/both", scopes = [Write, Admin])]
async fn both(body: Json<u8>) -> String {
    body.to_string()
}

#[get("/siblings", inline)]
fn siblings(editor: &Editor, auditor: &Auditor, store: &Store) -> String {
    format!("editor's {:?}, auditor {:?}, store {:?}", editor.0, auditor.0, store.0)
}

#[get("/nested", scopes = [Admin], inline)]
fn nested(editor: &Editor) -> String {
    format!("{:?}", editor.0)
}

/// What is built only when it is asked for sees the scopes all the same, and requires its own only then.
#[get("/lazy", scopes = [Admin])]
async fn lazily(wanted: Option<Query<bool>>, editor: Lazy<'_, Editor>) -> String {
    if wanted.is_none() {
        return "not asked for".into();
    }
    format!("{:?}", editor.await.0)
}

static TABLE: Table<App> = table![
    open,
    lazily,
    read,
    write,
    both,
    siblings,
    nested,
    group("/admin", guards = [Scoped<Admin>], read),
];

async fn service(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

async fn with(service: &Service, scopes: &str, uri: &str) -> Answer {
    send(service, from_user(scopes, request("GET", uri))).await
}

fn lacks(answer: &Answer, scope: &str, required: &str) {
    answer.is_status(403);
    assert!(answer.body.contains(&format!("the token lacks the scope `{scope}`")), "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{required}\"");
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
}

async fn behaviour_20_a_token_that_lacks_a_scope_is_refused_with_a_403_that_names_it(rt: Rt) {
    let (service, _) = service(rt).await;
    lacks(&with(&service, "admin", "/read").await, "notes:read", "notes:read");
    lacks(&with(&service, "admin", "/write").await, "notes:write", "notes:write");
    // The first that is lacking, of all that the route asks for.
    lacks(&with(&service, "admin", "/nested").await, "notes:write", "admin notes:write");
    let answer = get(&service, "/read").await;
    answer.is_status(401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

async fn behaviour_20_a_guard_may_require_a_scope(rt: Rt) {
    let (service, log) = service(rt).await;
    lacks(&with(&service, "audit", "/admin/read").await, "admin", "admin");
    // The guard's scope is no business of the handler, nor the handler's of the guard.
    lacks(&with(&service, "admin", "/admin/read").await, "notes:read", "notes:read");
    assert_eq!(log.take(), [r#"claims for ["notes:read", "admin"]"#; 2]);
}

async fn behaviour_20_what_is_lazy_requires_its_scopes_when_it_is_asked_for(rt: Rt) {
    let (service, _) = service(rt).await;
    with(&service, "admin", "/lazy").await.is(200, "not asked for");
    lacks(&with(&service, "admin", "/lazy?wanted=true").await, "notes:write", "admin notes:write");
}

async fn behaviour_20_scopes_come_before_the_body(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = send(&service, from_user("admin", json("POST", "/both", "{"))).await;
    lacks(&answer, "notes:write", "notes:write admin");
    assert_eq!(get(&service, "/open").await.body, "[]");
}

/// Tokens of these tests cannot have a `:`, so what a granted one sees is told by a provider in place of the token's.
async fn behaviour_20_a_nested_use_sees_its_own_scopes_and_those_of_its_users_and_siblings_do_not_leak(rt: Rt) {
    let app = App::builder().log(Log::default()).runtime(rt).build().await.expect("nothing is built");
    let client = TestClient::new(app, &TABLE).provide(|| GrantedScopes::parse("notes:read notes:write admin audit"));
    let client = client.service();
    get(client, "/write").await.is(200, "notes:write");
    get(client, "/admin/read").await.is(200, "read");
    get(client, "/nested").await.is(200, r#"["admin", "notes:write"]"#);
    get(client, "/lazy?wanted=true").await.is(200, r#"["admin", "notes:write"]"#);
    get(client, "/siblings")
        .await
        .is(200, r#"editor's ["notes:write"], auditor ["audit"], store ["notes:write", "notes:read"]"#);
}

#[test]
fn behaviour_20_the_graph_says_which_scopes_a_route_requires() {
    let scopes = |path: &str| {
        let route = TABLE.data().routes().find(|route| route.path().to_string() == path).expect("a route");
        route.security_scopes()
    };
    assert_eq!(scopes("/open"), [""; 0]);
    assert_eq!(scopes("/both"), ["notes:write", "admin"]);
    assert_eq!(scopes("/siblings"), ["notes:write", "notes:read", "audit"]);
    assert_eq!(scopes("/admin/read"), ["admin", "notes:read"]);
}

on_every_executor![
    behaviour_20_a_token_that_lacks_a_scope_is_refused_with_a_403_that_names_it,
    behaviour_20_a_guard_may_require_a_scope,
    behaviour_20_what_is_lazy_requires_its_scopes_when_it_is_asked_for,
    behaviour_20_scopes_come_before_the_body,
    behaviour_20_a_nested_use_sees_its_own_scopes_and_those_of_its_users_and_siblings_do_not_leak,
];
