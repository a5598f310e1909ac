//! What becomes of an error that derives `ApiError`?

use std::{fmt, io};

use di_server::{
    Service,
    openapi::{Replies, Schema, Status},
    prelude::*,
};
use thiserror::Error;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, get},
};

#[derive(Container)]
pub struct App {}

#[derive(Debug, Error, ApiError)]
pub enum NoteError {
    #[error("there is no note {0}")]
    #[api(status = 404, title = "No such note", type = "https://example.com/problems/note")]
    Missing(u64),
    #[error("taken by {by}")]
    #[api(status = 409, opaque)]
    Taken { by: &'static str },
    #[error("not now")]
    #[api(status = 503, detail)]
    Busy,
    #[error("never shown")]
    #[api(status = 410, detail = "it is \"gone\"")]
    Gone,
    #[error("the store at {path} failed")]
    #[api(status = 500, title = "Storage")]
    Store { path: &'static str, source: io::Error },
    #[error("this token is not valid")]
    #[api(status = 401, challenge = "Bearer error=\"invalid_token\"")]
    Token,
    #[error("unfit: {0}")]
    #[api(status = 422)]
    Unfit(#[source] io::Error),
    #[error(transparent)]
    #[api(transparent)]
    Quota(#[from] Quota),
    #[error("refused")]
    #[api(transparent)]
    Refused { problem: Problem },
}

/// A struct is one variant.
#[derive(Debug, ApiError)]
#[api(status = 429, title = "Too many")]
pub struct Quota {
    left: u32,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} left", self.left)
    }
}

impl std::error::Error for Quota {}

fn error(kind: &str) -> NoteError {
    match kind {
        "missing" => NoteError::Missing(7),
        "taken" => NoteError::Taken { by: "secret" },
        "busy" => NoteError::Busy,
        "gone" => NoteError::Gone,
        "store" => NoteError::Store { path: "secret", source: io::Error::other("secret") },
        "token" => NoteError::Token,
        "unfit" => NoteError::Unfit(io::Error::other("of it")),
        "quota" => Quota { left: 0 }.into(),
        _ => NoteError::Refused { problem: Problem::new(StatusCode::IM_A_TEAPOT) },
    }
}

#[get("/handler/{kind}", inline)]
fn handler(kind: Path<String>) -> Result<(), NoteError> {
    Err(error(&kind))
}

pub struct Note;

#[provider]
fn note(kind: Path<String>) -> Result<Note, NoteError> {
    Err(error(&kind))
}

#[get("/provider/{kind}", inline)]
fn of_a_provider(kind: Path<String>, note: &Note) -> String {
    let _ = note;
    kind.0
}

static TABLE: Table<App> = table![handler, of_a_provider];

async fn service(rt: Rt) -> Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

#[track_caller]
fn is(answer: &Answer, status: u16, kind: &str, title: &str, detail: Option<&str>) {
    answer.is_status(status);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!((problem["type"].as_str(), problem["title"].as_str()), (Some(kind), Some(title)));
    assert_eq!(problem["detail"].as_str(), detail);
    assert!(!answer.body.contains("secret"));
}

async fn each_variant_is_the_problem_that_its_attribute_says(rt: Rt) {
    let service = service(rt).await;
    for by in ["/handler", "/provider"] {
        let get = |kind: &str| {
            let uri = format!("{by}/{kind}");
            let service = service.clone();
            async move { get(&service, &uri).await }
        };
        let blank = "about:blank";
        let kind = "https://example.com/problems/note";
        is(&get("missing").await, 404, kind, "No such note", Some("there is no note 7"));
        is(&get("taken").await, 409, blank, "Conflict", None);
        is(&get("busy").await, 503, blank, "Service Unavailable", Some("not now"));
        is(&get("gone").await, 410, blank, "Gone", Some("it is \"gone\""));
        is(&get("store").await, 500, blank, "Storage", None);
        let token = get("token").await;
        is(&token, 401, blank, "Unauthorized", Some("this token is not valid"));
        assert_eq!(token.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
        is(&get("unfit").await, 422, blank, "Unprocessable Entity", Some("unfit: of it"));
        is(&get("quota").await, 429, blank, "Too many", Some("0 left"));
        is(&get("teapot").await, 418, blank, "I'm a teapot", None);
    }
}

#[test]
fn an_error_says_which_responses_it_may_become() {
    let mut replies = Replies::new(Schema::Any);
    NoteError::describe(&mut replies);
    let seen: Vec<_> = replies.all.iter().map(|reply| (reply.status, &*reply.description)).collect();
    let expected = [
        (404, "No such note."),
        (409, "Conflict."),
        (503, "Service Unavailable."),
        (410, "Gone."),
        (500, "Storage."),
        (401, "Unauthorized."),
        (422, "Unprocessable Entity."),
        (429, "Too many."),
    ];
    let expected = expected.map(|(status, text)| (Status::Code(StatusCode::from_u16(status).unwrap()), text));
    assert_eq!(seen[..8], expected);
    // That of a problem is known when it is made.
    assert_eq!(seen[8..], [(Status::Other, "A problem.")]);
}

on_every_executor![each_variant_is_the_problem_that_its_attribute_says];
