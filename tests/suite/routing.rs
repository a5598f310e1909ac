//! Which handler answers, and what if none does?

use std::borrow::Cow;

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{get, request, send},
};

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(id: Path<String>) -> String {
    format!("user {}", *id)
}

#[get("/users/me")]
async fn me() -> &'static str {
    "me"
}

#[delete("/users/{id}")]
async fn remove(id: Path<u32>) -> String {
    format!("removed {}", *id)
}

#[put("/users/{id}")]
fn replace(id: Path<u32>) -> String {
    format!("replaced {}", *id)
}

#[post("/only/post")]
async fn only_post() {}

#[route(method = "PURGE", "/cache")]
async fn purge() -> &'static str {
    "purged"
}

#[get("/files/{*path}")]
async fn file(path: Path<String>) -> String {
    path.0
}

#[head("/own/head")]
async fn own_head() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/own/head")]
async fn beside_head() -> &'static str {
    "got"
}

#[options("/own/head")]
async fn own_options() -> &'static str {
    "mine"
}

#[patch("/own/head")]
async fn patched(method: Method, uri: &Uri) -> String {
    format!("{method} {}", uri.path())
}

mod inner {
    use super::*;

    #[get("")]
    async fn list() -> &'static str {
        "list"
    }

    #[get("/{name}.json")]
    async fn item(name: Path<String>) -> String {
        name.0
    }

    pub const ROUTES: Routes<App> = routes![list, item];
}

/// Of a prefix, wherever it stands.
pub struct Shelf(u32);

#[provider]
fn shelf(shelf: Path<u32>) -> Shelf {
    Shelf(*shelf)
}

#[get("/books/{title}")]
async fn book(shelf: &Shelf, title: Path<String>) -> String {
    format!("shelf {}, {}", shelf.0, *title)
}

#[any("/which/{way}")]
async fn which(matched: MatchedPath) -> String {
    matched.to_string()
}

/// Of whatever matches, or nothing does.
pub struct Counted(String);

#[provider]
fn counted(matched: Option<MatchedPath>) -> Counted {
    Counted(matched.map_or_else(|| "none".to_owned(), |path| Cow::from(path).into_owned()))
}

#[get("/{*rest}")]
async fn counts(counted: &Counted) -> String {
    counted.0.clone()
}

#[fallback]
async fn none_counts(counted: &Counted, matched: Result<MatchedPath, Rejection>) -> String {
    assert!(matched.is_err_and(|rejection| rejection.is_absent()));
    counted.0.clone()
}

static TABLE: Table<App> = table![
    user,
    me,
    remove,
    replace,
    only_post,
    purge,
    file,
    own_head,
    beside_head,
    own_options,
    patched,
    group("/items", inner::ROUTES),
    group("/shelves/{shelf}", book),
    which,
    group("/matched/{by}", which, group("/as", counts, none_counts)),
];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

async fn behaviour_22_the_most_specific_path_answers(rt: Rt) {
    let service = service(rt).await;
    for (method, path, body) in [
        ("GET", "/users/7", "user 7"),
        ("GET", "/users/me", "me"),
        ("GET", "/users/a%2Fb", "user a/b"),
        ("DELETE", "/users/7", "removed 7"),
        ("PUT", "/users/7", "replaced 7"),
        ("PURGE", "/cache", "purged"),
        ("GET", "/items", "list"),
        ("GET", "/items/x.y.json", "x.y"),
        ("OPTIONS", "/own/head", "mine"),
        ("PATCH", "/own/head", "PATCH /own/head"),
    ] {
        send(&service, request(method, path)).await.is(200, body);
    }
    send(&service, request("HEAD", "/own/head")).await.is(204, "");
}

async fn behaviour_23_a_prefix_with_parameters_feeds_those_below_it(rt: Rt) {
    let service = service(rt).await;
    get(&service, "/shelves/7/books/a%20b").await.is(200, "shelf 7, a b");
    assert_eq!(get(&service, "/shelves/x/books/a").await.invalid(), ["shelf"]);
}

async fn the_path_of_the_route_is_an_input(rt: Rt) {
    let service = service(rt).await;
    for (path, matched) in [
        ("/which/one", "/which/{way}"),
        ("/matched/here/which/one", "/matched/{by}/which/{way}"),
        ("/matched/a%20b/as/x/y?z", "/matched/{by}/as/{*rest}"),
        ("/matched/here/as/", "none"),
    ] {
        get(&service, path).await.is(200, matched);
    }
}

async fn behaviour_24_the_rest_of_a_path_has_slashes_and_is_decoded_once(rt: Rt) {
    let service = service(rt).await;
    for (path, rest) in [("a/b%20c/", "a/b c/"), ("100%2525", "100%25"), ("a%2Fb", "a/b"), ("..%2f", "../")] {
        get(&service, &format!("/files/{path}")).await.is(200, rest);
    }
}

async fn behaviour_21_another_path_is_a_404_and_another_method_a_405(rt: Rt) {
    let service = service(rt).await;
    for path in ["/", "/users", "/users/7/", "/users/7/8", "/files/", "/items/", "/items/x"] {
        get(&service, path).await.is_status(404);
    }
    let long = get(&service, &format!("/{}", "a".repeat(60_000))).await;
    assert_eq!((long.status.as_u16(), long.body.len() < 500), (404, true), "the path is repeated in part");
    for (method, path, allow) in [
        ("POST", "/users/7", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("DELETE", "/users/me", "GET, HEAD, OPTIONS"),
        ("GET", "/only/post", "POST, OPTIONS"),
        ("HEAD", "/only/post", "POST, OPTIONS"),
        ("GET", "/cache", "OPTIONS, PURGE"),
    ] {
        let answer = send(&service, request(method, path)).await;
        answer.is_status(405);
        let sorted = |list: &str| {
            let mut methods: Vec<_> = list.split(", ").map(str::to_owned).collect();
            methods.sort();
            methods
        };
        assert_eq!(sorted(answer.header("allow").expect("a 405 has it")), sorted(allow), "{method} {path}");
    }
}

async fn options_lists_the_methods(rt: Rt) {
    let service = service(rt).await;
    let answer = send(&service, request("OPTIONS", "/users/me")).await;
    answer.is(204, "");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    send(&service, request("OPTIONS", "/nowhere")).await.is_status(404);
}

on_every_executor![
    behaviour_22_the_most_specific_path_answers,
    behaviour_21_another_path_is_a_404_and_another_method_a_405,
    options_lists_the_methods,
    behaviour_23_a_prefix_with_parameters_feeds_those_below_it,
    the_path_of_the_route_is_an_input,
    behaviour_24_the_rest_of_a_path_has_slashes_and_is_decoded_once,
];
