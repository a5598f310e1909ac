//! Does a handler's own path lead back to it?

use di_server::{prelude::*, uri};
use serde::{Deserialize, Serialize};

use crate::{
    executors::{Rt, on_every_executor},
    support::{get, send},
};

#[derive(Container)]
pub struct App {}

#[derive(Debug, Deserialize, PathParams)]
pub struct UserId(u64);

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

pub struct Item(String);

#[provider]
fn item(id: Path<String>) -> Item {
    Item(id.0)
}

#[get("/")]
async fn index() -> String {
    index::uri().into()
}

#[get("/users/{id}")]
async fn user(id: Path<UserId>) -> String {
    format!("user {}", id.0)
}

#[get("/items/{id}")]
async fn of_provider(item: &Item) -> String {
    item.0.clone()
}

#[get("/v{major}.{minor}/{name}.json")]
async fn mixed(Path((major, minor, name)): Path<(u8, u8, String)>) -> String {
    format!("{major} {minor} {name}")
}

#[get("/files/{*path}")]
async fn file(path: Path<String>) -> String {
    path.0
}

#[get("/caf\u{e9}/{type}")]
async fn keyword(r#type: Path<bool>) -> String {
    r#type.0.to_string()
}

#[get("/members/{id}")]
async fn member(Path((_, _, id)): Path<(u32, String, u32)>, team: Path<String>) -> String {
    format!("{team} {id}; next: {}", uri!(TABLE, member(id + 1), team = &*team, org = 1), team = *team)
}

#[post("/members")]
async fn join(team: Path<String>) -> Created<()> {
    Created::at(uri!(TABLE, member(9), team = team.0, org = "x/y"), ())
}

#[get("/moved")]
async fn moved() -> Redirect {
    Redirect::to(user::uri(UserId(7)).query(&[("from", "a b")]))
}

mod inner {
    use di_server::prelude::*;

    #[get("/deep/{id}", as = Deep)]
    pub async fn deep(id: Path<char>) -> String {
        id.0.to_string()
    }

    use super::App;
    pub const ROUTES: Routes<App> = routes![Deep];
}

static TABLE: Table<App> = table![
    index,
    user,
    of_provider,
    mixed,
    file,
    keyword,
    moved,
    group("/orgs/{org}", group("/teams/{team}", member, join)),
    group("/in", inner::ROUTES),
];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

async fn a_path_leads_to_its_handler(rt: Rt) {
    let service = service(rt).await;
    let id = UserId(42);
    let rows = [
        (index::uri(), "/", "/"),
        (user::uri(UserId(42)), "/users/42", "user 42"),
        (user::uri(&id), "/users/42", "user 42"),
        (of_provider::uri("a/b c%"), "/items/a%2Fb%20c%25", "a/b c%"),
        (of_provider::uri(3), "/items/3", "3"),
        (mixed::uri(1, 2, "caf\u{e9}"), "/v1.2/caf%C3%A9.json", "1 2 caf\u{e9}"),
        (file::uri("a b/c?d#e"), "/files/a%20b/c%3Fd%23e", "a b/c?d#e"),
        (keyword::uri(true), "/caf%C3%A9/true", "true"),
        (uri!(TABLE, user(UserId(1))), "/users/1", "user 1"),
        (uri!(TABLE, inner::Deep('/')), "/in/deep/%2F", "/"),
    ];
    for (path, written, answer) in rows {
        assert_eq!(path, written);
        get(&service, path.as_str()).await.is(200, answer);
    }
}

async fn a_path_in_a_table_has_the_prefixes_of_its_groups(rt: Rt) {
    let service = service(rt).await;
    get(&service, uri!(TABLE, member(7), org = 3, team = "t u").as_str())
        .await
        .is(200, "t u 7; next: /orgs/1/teams/t%20u/members/8");
    let path = uri!(TABLE, member(7), org = "x/y", team = 'z');
    assert_eq!(path, "/orgs/x%2Fy/teams/z/members/7");
    assert_eq!(member::uri(7), "/members/7");
}

async fn a_path_goes_into_redirects_and_locations(rt: Rt) {
    let service = service(rt).await;
    let response = get(&service, "/moved").await;
    assert_eq!(response.header("location"), Some("/users/7?from=a+b"));
    let response = send(&service, crate::support::request("POST", "/orgs/1/teams/t/members")).await;
    assert_eq!(response.header("location"), Some("/orgs/x%2Fy/teams/t/members/9"));
}

#[test]
fn a_query_is_added_by_its_fields() {
    #[derive(Serialize)]
    struct Search<'a> {
        q: &'a str,
        tag: Vec<u8>,
        page: Option<u32>,
    }
    let path = index::uri().query(&Search { q: "a&b=\u{e9}", tag: vec![1, 2], page: None });
    assert_eq!(path, "/?q=a%26b%3D%C3%A9&tag=1&tag=2");
    assert_eq!(path.query(&[("more", 1)]), "/?q=a%26b%3D%C3%A9&tag=1&tag=2&more=1");
    assert_eq!(index::uri().query(&Search { q: "", tag: vec![], page: Some(1) }).query(&()), "/?q=&page=1");
}

#[test]
#[should_panic(expected = "this is no query")]
fn a_query_is_flat() {
    let _ = index::uri().query(&[("a", [("b", 1)])]);
}

on_every_executor![
    a_path_leads_to_its_handler,
    a_path_in_a_table_has_the_prefixes_of_its_groups,
    a_path_goes_into_redirects_and_locations,
];
