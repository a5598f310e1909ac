//! What is found anywhere in a route's graph.

use di_server::{
    openapi::{Replies, Schema},
    prelude::*,
};
use serde_json::json;

use crate::app::{document, parameters, statuses};

#[derive(Container)]
struct App {}

struct Page;

#[provider]
fn page(limit: Query<u32>, offset: Option<Query<u32>>) -> Page {
    let _ = (limit, offset);
    Page
}

struct Tenant;

#[provider]
fn tenant(x_tenant: Header<String>, _page: &Page) -> Tenant {
    let _ = x_tenant;
    Tenant
}

struct Suspended;

impl IntoResponse for Suspended {
    fn into_response(self) -> Response {
        Problem::new(StatusCode::FORBIDDEN).into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::FORBIDDEN, "The user is suspended.");
    }
}

struct User;

#[provider]
fn user(token: Bearer, session: Option<Cookie<String>>) -> Result<User, Suspended> {
    let _ = (token, session);
    Ok(User)
}

/// A guard of a group.
struct Member;

#[provider]
fn member(_user: &User, team: Path<u64>) -> Member {
    let _ = team;
    Member
}

/// A guard that is a value.
struct InRegion;

const fn in_region() -> InRegion {
    InRegion
}

#[guard]
impl InRegion {
    fn check(&self, region: Query<String>) -> Result<(), Suspended> {
        let _ = region;
        Ok(())
    }
}

#[get("/things/{id}")]
fn things(id: Path<u64>, _tenant: &Tenant, offset: Query<u32>, _page: &Page) -> &'static str {
    let _ = (id, offset);
    ""
}

#[get("/open")]
async fn open(_user: Option<&User>, limit: Option<Query<u32>>) -> &'static str {
    let _ = limit;
    ""
}

#[get("/asks")]
async fn asks(_user: Result<&User, &Suspended>, limit: Result<Query<u32>, Rejection>) -> &'static str {
    let _ = limit;
    ""
}

#[get("/lazy")]
async fn lazily(user: Lazy<'_, User>, tenant: Lazy<'_, Tenant>) -> &'static str {
    let _ = (user, tenant);
    ""
}

struct Conflict;

impl IntoResponse for Conflict {
    fn into_response(self) -> Response {
        Problem::new(StatusCode::CONFLICT).into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::CONFLICT, "Somebody else was first.");
    }
}

struct Session;

#[provider(teardown = commit)]
fn session() -> Session {
    Session
}

async fn commit(_: Session, _: &Outcome) -> Result<(), Conflict> {
    Ok(())
}

struct Lock;

#[provider(teardown = unlock)]
fn lock(_session: &Session) -> Lock {
    Lock
}

fn unlock(_: Lock, _: &Outcome) -> Result<(), std::io::Error> {
    Ok(())
}

struct Audit;

#[provider(teardown_after_response = record)]
fn audit() -> Audit {
    Audit
}

async fn record(_: Audit, _: &Outcome) -> Result<(), Suspended> {
    Ok(())
}

#[get("/commits")]
async fn commits(_session: &Session, _audit: &Audit) {}

#[get("/locks")]
async fn locks(_lock: &Lock) {}

#[get("/nothing")]
async fn nothing() {}

static TABLE: Table<App> = table![
    group("/teams/{team}", guards = [Member, in_region()], tags = ["teams"], things),
    open,
    asks,
    lazily,
    commits,
    locks,
    nothing,
];

#[test]
fn behaviour_39_inputs_of_providers_at_every_depth_are_parameters_once_each() {
    let document = document(&TABLE);
    let things = &document["paths"]["/teams/{team}/things/{id}"]["get"];
    assert_eq!(
        parameters(things),
        [
            // Guards first, as they run; then the handler's and its providers', in the order of declaration.
            "cookie session",
            "path team!",
            "query region!",
            "path id!",
            "header x-tenant!",
            "query limit!",
            // Optional for `Page`, required by the handler.
            "query offset!",
        ]
    );
    assert_eq!(things["parameters"][1]["schema"]["format"], "uint64");
    assert_eq!(things["tags"], json!(["teams"]));
}

#[test]
fn behaviour_39_what_may_be_absent_is_not_required() {
    let document = document(&TABLE);
    assert_eq!(parameters(&document["paths"]["/open"]["get"]), ["cookie session", "query limit"]);
    assert_eq!(parameters(&document["paths"]["/asks"]["get"]), ["cookie session", "query limit"]);
    // It may be that nobody awaits it.
    assert_eq!(
        parameters(&document["paths"]["/lazy"]["get"]),
        ["cookie session", "header x-tenant", "query limit", "query offset"]
    );
    assert_eq!(document["paths"]["/lazy"]["get"]["security"], json!([{}, {"bearer": []}]));
    assert_eq!(parameters(&document["paths"]["/nothing"]["get"]), [""; 0]);
}

#[test]
fn behaviour_40_security_schemes_and_errors_are_found_anywhere_in_the_graph() {
    let document = document(&TABLE);
    let things = &document["paths"]["/teams/{team}/things/{id}"]["get"];
    assert_eq!(things["security"], json!([{"bearer": []}]));
    // Of a handler that blocks 503 as well.
    assert_eq!(statuses(things), ["200", "401", "403", "422", "503"]);
    assert_eq!(things["responses"]["403"]["description"], "The user is suspended.");
    let problem = &things["responses"]["403"]["content"]["application/problem+json"]["schema"];
    assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    assert_eq!(document["components"]["securitySchemes"], json!({"bearer": {"type": "http", "scheme": "bearer"}}));
    assert_eq!(document["components"]["schemas"]["Problem"]["type"], "object");
    let nothing = &document["paths"]["/nothing"]["get"];
    assert_eq!((statuses(nothing), &nothing["security"]), (vec!["200"], &json!(null)));
}

#[test]
fn behaviour_40_what_is_optional_or_a_value_is_told_apart() {
    let document = document(&TABLE);
    // Malformed credentials are a 401 even then, and a user who is suspended is refused.
    let open = &document["paths"]["/open"]["get"];
    assert_eq!(open["security"], json!([{}, {"bearer": []}]));
    assert_eq!(statuses(open), ["200", "401", "403", "422"]);
    // The provider's failure is a value here; its credentials are required all the same.
    let asks = &document["paths"]["/asks"]["get"];
    assert_eq!(asks["security"], json!([{"bearer": []}]));
    assert_eq!(statuses(asks), ["200", "401", "422"]);
}

#[test]
fn an_error_of_a_teardown_before_the_response_is_an_answer() {
    let document = document(&TABLE);
    let commits = &document["paths"]["/commits"]["get"];
    assert_eq!(statuses(commits), ["200", "409"]);
    assert_eq!(commits["responses"]["409"]["description"], "Somebody else was first.");
    // What is no response is a 500 that says nothing.
    assert_eq!(statuses(&document["paths"]["/locks"]["get"]), ["200", "409", "500"]);
}

#[test]
fn nothing_is_said_of_what_nothing_is_known_of() {
    let mut replies = Replies::new(Schema::Any);
    Response::<Body>::describe(&mut replies);
    assert!(replies.all[0].open);
}
