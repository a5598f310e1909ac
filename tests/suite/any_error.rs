//! What becomes of an error for anything: one that is boxed, and one that only becomes so, as `anyhow`'s does?

use std::{io, num::ParseIntError};

use di_server::{BoxError, Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::get,
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    start: u8,
    limit: Limit,
}

pub struct Limit(u8);

/// Fails with whatever went wrong.
#[provider(singleton)]
fn limit(start: &u8) -> Result<Limit, BoxError> {
    if *start == 0 { Err("it starts at nothing".into()) } else { Ok(Limit(*start)) }
}

/// An error for anything, which is no `std::error::Error` itself.
pub struct Report(BoxError);

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Report {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<Report> for BoxError {
    fn from(report: Report) -> Self {
        report.0
    }
}

fn number(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[get("/boxed/{text}")]
async fn boxed(text: Path<String>, limit: &Limit) -> Result<String, BoxError> {
    let number = number(&text)?;
    if number > limit.0 {
        return Err(io::Error::other("too much").into());
    }
    Ok(number.to_string())
}

#[get("/report/{text}", inline)]
fn report(text: Path<String>) -> Result<String, Report> {
    Ok(number(&text)?.to_string())
}

/// Under a name that hides what it is.
type Outcome<T> = Result<T, Report>;

#[get("/alias/{text}")]
async fn alias(text: Path<String>) -> Outcome<String> {
    Ok(number(&text)?.to_string())
}

#[get("/unnamed/{text}")]
async fn unnamed(text: Path<String>) -> Result<impl IntoResponse, Report> {
    Ok(number(&text)?.to_string())
}

pub struct Number(u8);

#[provider]
async fn provided(text: Path<String>) -> Result<Number, Report> {
    Ok(Number(number(&text)?))
}

#[get("/provided/{text}")]
async fn of_provider(number: &Number) -> String {
    number.0.to_string()
}

#[get("/panics")]
async fn panics() {
    panic!("on purpose");
}

static TABLE: Table<App> = table![boxed, report, alias, unnamed, of_provider, panics];

async fn service(rt: Rt) -> Service {
    App::builder().start(10).runtime(rt).build().await.expect("nothing fails").service(&TABLE)
}

async fn it_is_an_opaque_500_wherever_it_is_returned(rt: Rt) {
    let service = service(rt).await;
    for path in ["boxed", "report", "alias", "unnamed", "provided"] {
        get(&service, &format!("/{path}/7")).await.is(200, "7");
        let answer = get(&service, &format!("/{path}/secret")).await;
        answer.is_status(500);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(!answer.body.contains("digit"), "{}", answer.body);
    }
    get(&service, "/boxed/11").await.is_status(500);
}

async fn a_test_shows_what_the_client_is_not_told(rt: Rt) {
    let app = App::builder().start(10).runtime(rt).build().await.expect("nothing fails");
    let client = TestClient::new(app, &TABLE);
    for (path, cause) in [
        ("/boxed/x", "because: `boxed` failed: invalid digit found in string"),
        ("/provided/x", "because: `provided` failed: invalid digit found in string"),
        ("/panics", "because: handler `panics` panicked: on purpose"),
    ] {
        let answer = client.get(path).await.to_string();
        assert!(answer.ends_with(cause), "{answer}");
    }
}

async fn a_singletons_ends_the_start(rt: Rt) {
    let error = App::builder().start(0).runtime(rt).build().await.expect_err("it cannot be built");
    let source = std::error::Error::source(&error).expect("what the provider failed with");
    assert_eq!(source.to_string(), "it starts at nothing");
}

on_every_executor![
    it_is_an_opaque_500_wherever_it_is_returned,
    a_test_shows_what_the_client_is_not_told,
    a_singletons_ends_the_start
];
