//! Guards that are values, built when the application is, called for each request.

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, from_user, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

pub struct Name(String);

#[provider]
async fn name(token: Bearer) -> Name {
    pause().await;
    Name(token.token().to_owned())
}

/// Names that are let in.
pub struct Longer(usize);

const fn longer(than: usize) -> Longer {
    Longer(than)
}

#[guard]
impl Longer {
    async fn check(&self, name: &Name, log: &Log) -> Result<(), StatusCode> {
        pause().await;
        log.push(format_args!("longer than {}", self.0));
        if name.0.len() > self.0 { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }
}

/// Reads an input of its own.
pub struct Version {
    least: u32,
}

#[guard(blocking)]
impl Version {
    fn check(&self, version: Query<u32>) -> Result<(), Problem> {
        if version.0 >= self.least { Ok(()) } else { Err(Problem::new(StatusCode::GONE).detail("too old")) }
    }
}

#[guard]
impl Never {
    fn check(&self) -> Result<(), StatusCode> {
        Err(StatusCode::IM_A_TEAPOT)
    }
}
pub struct Never();

const fn version(least: u32) -> Version {
    Version { least }
}

#[get("/")]
async fn home(name: &Name, log: &Log) -> String {
    log.push("handler");
    name.0.clone()
}

#[get("/versioned")]
async fn versioned() -> &'static str {
    "new"
}

static TABLE: Table<App> = table![
    group("/two", guards = [longer(2)], group("/four", guards = [longer(4)], home)),
    group("/v", guards = [version(3)], versioned),
    group("/never", guards = [Never()], versioned),
];

async fn service(rt: Rt) -> (Application<App>, di_server::Service) {
    let app = App::builder().log(Log::default()).runtime(rt).build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

async fn behaviour_04_two_parameterisations_are_two_guards(rt: Rt) {
    let (app, service) = service(rt).await;
    let home = |name| send(&service, from_user(name, request("GET", "/two/four/")));
    home("Ada").await.is_status(403);
    assert_eq!(app.log.take(), ["longer than 2", "longer than 4"]);
    home("Al").await.is_status(403);
    assert_eq!(app.log.take(), ["longer than 2"]);
    home("Grace").await.is(200, "Grace");
    assert_eq!(app.log.take(), ["longer than 2", "longer than 4", "handler"]);
    get(&service, "/two/four/").await.is_status(401);
}

async fn behaviour_04_a_guard_that_is_a_value_reads_inputs_of_its_own(rt: Rt) {
    let (_, service) = service(rt).await;
    get(&service, "/v/versioned?version=3").await.is(200, "new");
    get(&service, "/v/versioned?version=2").await.is_status(410);
    assert_eq!(get(&service, "/v/versioned").await.invalid(), ["version"]);
    get(&service, "/never/versioned").await.is_status(418);
}

on_every_executor![
    behaviour_04_two_parameterisations_are_two_guards,
    behaviour_04_a_guard_that_is_a_value_reads_inputs_of_its_own,
];
