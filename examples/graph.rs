//! The dependency graph of an application, as text and as a page. Nothing is served here; a service would do this for an
//! argument of its own.
//!
//! ```sh
//! cargo run --example graph                        # a tree of text
//! cargo run --example graph -- --html graph.html   # a page, to open in a browser
//! cargo run --example graph -- --html              # the page, to standard output
//! ```

use std::{env, fs};

use di_server::prelude::*;

/// Every singleton, by type.
#[derive(Container)]
struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
}

struct Config {
    connections: u32,
}

struct Pool {
    connections: u32,
}

#[provider(singleton)]
async fn pool(config: &Config) -> Result<Pool, std::io::Error> {
    Ok(Pool { connections: config.connections })
}

/// Stands in for a transaction.
struct Session {
    connection: u32,
}

#[provider(teardown = finish)]
async fn session(pool: &Pool) -> Result<Session, std::io::Error> {
    Ok(Session { connection: pool.connections })
}

async fn finish(session: Session, outcome: &Outcome) {
    println!("connection {}: {}", session.connection, if outcome.is_success() { "commit" } else { "roll back" });
}

#[derive(Clone)]
struct User {
    name: String,
}

/// The token is all there is to a user here.
#[provider]
async fn user(token: Bearer, session: &mut Session) -> Result<User, StatusCode> {
    if session.connection == 0 { Err(StatusCode::UNAUTHORIZED) } else { Ok(User { name: token.token().to_owned() }) }
}

/// The user who asks is an admin.
struct Admin;

#[provider]
fn admin(user: &User) -> Result<Admin, StatusCode> {
    if user.name == "ada" { Ok(Admin) } else { Err(StatusCode::FORBIDDEN) }
}

#[derive(Provider)]
struct Page {
    limit: Option<Query<u32>>,
    offset: Option<Query<u32>>,
}

struct Report(String);

/// Takes long and awaits nothing, so it runs on the blocking pool.
#[provider(blocking)]
fn report(page: Page, session: &mut Session) -> Report {
    let (limit, offset) = (page.limit.map_or(10, |limit| limit.0), page.offset.map_or(0, |offset| offset.0));
    Report(format!("{limit} rows from {offset}, by connection {}\n", session.connection))
}

#[get("/me")]
async fn me(user: &User) -> String {
    user.name.clone()
}

#[put("/me")]
async fn rename(name: Json<String>, user: User, _session: &mut Session) -> String {
    format!("{} is {}\n", user.name, *name)
}

#[get("/report")]
async fn show_report(report: &Report) -> String {
    report.0.clone()
}

#[get("/health", inline)]
fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

static TABLE: Table<App> = table![health, me, rename, group("/admin", guards = [Admin], show_report)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let graph = TABLE.graph();
    let mut args = env::args().skip(1);
    match (args.next().as_deref(), args.next()) {
        (None, _) => print!("{graph}"),
        (Some("--html"), None) => print!("{}", graph.to_html()),
        (Some("--html"), Some(file)) => fs::write(file, graph.to_html())?,
        (Some(other), _) => return Err(format!("`{other}` is not `--html`").into()),
    }
    Ok(())
}
