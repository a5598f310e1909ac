#!/usr/bin/env python3
"""What does a service cost to compile?

Writes the same service on this framework and on others: 200 handlers in 10 modules, each with the user of a bearer token
(pool, session, user: three levels) and a mix of path, query and body. Measures `cargo check` of the service alone, then
`cargo check` and `cargo build` after an edit in one handler's body. The best of five runs counts; ratios are to axum, of
processor time. `axum-debug` is axum with `#[debug_handler]` on each handler, which it needs to say what is wrong with one.

Usage: compile.py [--frameworks NAME,..] [--folder DIR] [--root WORKSPACE] [--runs N] [--write-only]
"""

import argparse
import dataclasses
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

MODULES = 10
HANDLERS = 20

COMMON = """
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Pool { begun: AtomicU64 }
pub struct Session { id: u64 }
pub struct User { id: u64, name: String }
#[derive(Debug)]
pub struct DbError;
impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("the database is gone") }
}
impl std::error::Error for DbError {}
impl Pool {
    async fn begin(&self) -> Result<Session, DbError> {
        Ok(Session { id: self.begun.fetch_add(1, Ordering::Relaxed) })
    }
}
impl Session {
    async fn user(&mut self, token: &str) -> Option<User> {
        self.id += 1;
        (token != "bad").then(|| User { id: self.id, name: token.to_owned() })
    }
}
#[derive(%(page)s)]
pub struct Page { pub limit: u32, pub offset: u32 }
#[derive(Deserialize)]
pub struct Input { pub title: String, pub done: bool }
#[derive(Serialize)]
pub struct Output { pub id: u64, pub text: String, pub steps: Vec<u32> }
"""

DI_MAIN = """
use di_server::prelude::*;
%(common)s
%(mods)s
#[derive(Container)]
pub struct App { pool: Pool }
#[provider(singleton)]
fn pool() -> Pool { Pool::default() }
#[provider]
async fn session(pool: &Pool) -> Result<Session, DbError> { pool.begin().await }
#[provider]
async fn user(token: Bearer, session: &mut Session) -> Result<User, StatusCode> {
    session.user(token.token()).await.ok_or(StatusCode::UNAUTHORIZED)
}
static TABLE: Table<App> = table![
%(routes)s
];
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
"""

AXUM_MAIN = """
use axum::{extract::{FromRequestParts}, http::{StatusCode, header::AUTHORIZATION, request::Parts}, routing::{get, post, put}, Router};
use std::sync::Arc;
%(common)s
%(mods)s
#[derive(Clone, Default)]
pub struct App { pool: Arc<Pool> }
impl FromRequestParts<App> for Session {
    type Rejection = StatusCode;
    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, StatusCode> {
        app.pool.begin().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }
}
impl FromRequestParts<App> for User {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, StatusCode> {
        let mut session = Session::from_request_parts(parts, app).await?;
        let token = parts.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
        session.user(token.ok_or(StatusCode::UNAUTHORIZED)?).await.ok_or(StatusCode::UNAUTHORIZED)
    }
}
fn router() -> Router<App> {
    Router::new()
%(routes)s
}
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    axum::serve(listener, router().with_state(App::default())).await
}
"""

ACTIX_MAIN = """
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web, App as Application, HttpServer, error::InternalError};
use std::{future::Future, pin::Pin};
%(common)s
%(mods)s
type Fut<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;
fn refuse(s: StatusCode) -> actix_web::Error { InternalError::new("", s).into() }
impl FromRequest for Session {
    type Error = actix_web::Error;
    type Future = Fut<Self>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pool = req.app_data::<web::Data<Pool>>().cloned();
        Box::pin(async move { pool.unwrap().begin().await.map_err(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR)) })
    }
}
impl FromRequest for User {
    type Error = actix_web::Error;
    type Future = Fut<Self>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = Session::from_request(req, payload);
        let token = req.headers().get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).map(str::to_owned);
        Box::pin(async move { session.await?.user(&token.ok_or(refuse(StatusCode::UNAUTHORIZED))?).await.ok_or(refuse(StatusCode::UNAUTHORIZED)) })
    }
}
fn routes(cfg: &mut web::ServiceConfig) {
    cfg
%(routes)s;
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| Application::new().app_data(web::Data::new(Pool::default())).configure(routes)).bind("127.0.0.1:8000")?.run().await
}
"""
ROCKET_MAIN = """
use rocket::{State, http::Status, request::{FromRequest, Outcome, Request}, routes};
%(common)s
%(mods)s
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Session {
    type Error = ();
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        let pool = req.guard::<&State<Pool>>().await.unwrap();
        match pool.begin().await { Ok(s) => Outcome::Success(s), Err(_) => Outcome::Error((Status::InternalServerError, ())) }
    }
}
#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = ();
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        let Outcome::Success(mut session) = Session::from_request(req).await else { return Outcome::Error((Status::InternalServerError, ())) };
        let Some(token) = req.headers().get_one("authorization").and_then(|v| v.strip_prefix("Bearer ")) else { return Outcome::Error((Status::Unauthorized, ())) };
        match session.user(token).await { Some(u) => Outcome::Success(u), None => Outcome::Error((Status::Unauthorized, ())) }
    }
}
#[rocket::launch]
fn rocket() -> _ {
    rocket::build().manage(Pool::default()).mount("/", routes![
%(routes)s
    ])
}
"""
BODY = """    let mut steps = Vec::new();
    for step in 0..3 {
        if user.id > step { steps.push(step as u32); }
    }
    let text = format!("%(name)s {} {}", user.name, %(text)s);
    Ok(Json(Output { id: %(id)s, text, steps }))
}
"""


@dataclasses.dataclass
class Framework:
    """How a service is written with it."""

    dependency: str
    main: str
    imports: str
    # Parameters of each of KINDS.
    parameters: list[str]
    # The number of a path.
    id: str
    error: str
    # What goes before a handler, and how it is listed.
    attribute: str
    route: str
    parameter: str = "{id}"
    # What says behind a path that there is a query, and what reads it.
    query: str = ""
    page: str = "Deserialize"


# Method, whether the path has an id, what the answer's text is made of. A handler of a method other than GET reads a body.
KINDS = [
    ("get", True, "0"),
    ("get", False, "page.limit + page.offset"),
    ("post", False, "body.title.len() + usize::from(body.done)"),
    ("put", True, "body.title.len() + usize::from(body.done)"),
]

AXUM = Framework(
    dependency='axum = "0.8"',
    main=AXUM_MAIN,
    imports="use axum::{Json, extract::{Path, Query}, http::StatusCode};",
    parameters=[
        "Path(id): Path<u64>, user: User",
        "Query(page): Query<Page>, user: User",
        "user: User, Json(body): Json<Input>",
        "Path(id): Path<u64>, user: User, Json(body): Json<Input>",
    ],
    id="id",
    error="StatusCode",
    attribute="",
    route='        .route("{path}", {method}(m{module}::{name}))',
)

FRAMEWORKS = {
    "di": Framework(
        dependency='di-server = {{ path = "{root}/di-server" }}',
        main=DI_MAIN,
        imports="use di_server::prelude::*;\nuse crate::App;",
        parameters=[
            "id: Path<u64>, user: &User",
            "page: Query<Page>, user: &User",
            "body: Json<Input>, user: &User",
            "id: Path<u64>, body: Json<Input>, user: &User",
        ],
        id="id.0",
        error="StatusCode",
        attribute='#[{method}("{path}")]\n',
        route="    m{module}::{name},",
    ),
    "axum": AXUM,
    "axum-debug": dataclasses.replace(
        AXUM, dependency='axum = {{ version = "0.8", features = ["macros"] }}', attribute="#[axum::debug_handler(state = crate::App)]\n"
    ),
    "actix": Framework(
        dependency='actix-web = "4"',
        main=ACTIX_MAIN,
        imports="use actix_web::{get, post, put, web::{Json, Path, Query}};",
        parameters=[
            "id: Path<u64>, user: User",
            "page: Query<Page>, user: User",
            "user: User, body: Json<Input>",
            "id: Path<u64>, user: User, body: Json<Input>",
        ],
        id="*id",
        error="actix_web::Error",
        attribute='#[{method}("{path}")]\n',
        route="        .service(m{module}::{name})",
    ),
    "rocket": Framework(
        dependency='rocket = {{ version = "0.5", features = ["json"] }}',
        main=ROCKET_MAIN,
        imports="use rocket::{get, post, put, serde::json::Json, http::Status};",
        parameters=[
            "id: u64, user: User",
            "page: Page, user: User",
            "user: User, body: Json<Input>",
            "id: u64, user: User, body: Json<Input>",
        ],
        id="id",
        error="Status",
        attribute='#[{method}("{path}"{data})]\n',
        route="        m{module}::{name},",
        parameter="<id>",
        query="?<page..>",
        page="rocket::FromForm",
    ),
}


def handler(framework, kind, module, name):
    method, has_id, text = KINDS[kind]
    words = {
        "method": method,
        "module": module,
        "name": name,
        "path": f"/m{module}/{name}" + (f"/{framework.parameter}" if has_id else ""),
        "data": ', data = "<body>"' if method != "get" else "",
    }
    attribute = framework.attribute
    if "page" in text:
        words["path"] += framework.query
    head = f"pub async fn {name}({framework.parameters[kind]}) -> Result<Json<Output>, {framework.error}> {{\n"
    body = BODY % {"name": name, "text": text, "id": framework.id if has_id else "user.id"}
    return attribute.format(**words) + head + body, framework.route.format(**words)


def write(folder, name, root):
    framework = FRAMEWORKS[name]
    crate = folder / f"bench-{name}"
    (crate / "src").mkdir(parents=True, exist_ok=True)
    routes = []
    for module in range(MODULES):
        text = f"{framework.imports}\nuse crate::{{Input, Output, Page, User}};\n"
        for i in range(HANDLERS):
            item, route = handler(framework, i % len(KINDS), module, f"h{i}")
            text += item
            routes.append(route)
        (crate / "src" / f"m{module}.rs").write_text(text)
    mods = "\n".join(f"mod m{module};" for module in range(MODULES))
    common = COMMON % {"page": framework.page}
    (crate / "src" / "main.rs").write_text(framework.main % {"common": common, "mods": mods, "routes": "\n".join(routes)})
    (crate / "Cargo.toml").write_text(
        f"""[package]
name = "bench-{name}"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
{framework.dependency.format(root=root)}
serde = {{ version = "1", features = ["derive"] }}
tokio = {{ version = "1", features = ["macros", "net", "rt"] }}
"""
    )
    shutil.copy(root / "Cargo.lock", crate / "Cargo.lock")
    return crate


def cargo(crate, *args):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(["cargo", *args], cwd=crate, capture_output=True, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best(runs, prepare, measure):
    results = []
    for run in range(runs):
        prepare(run)
        results.append(measure())
    return min(result[0] for result in results), min(result[1] for result in results)


def measure(crate, runs):
    """Wall-clock and processor seconds by what was measured."""
    module = crate / "src" / "m5.rs"
    original = module.read_text()
    first = '"h7 {} {}"'
    assert first in original

    def edit(run):
        module.write_text(original.replace(first, f'"h7 {run} {{}} {{}}"'))

    def insert(run):
        module.write_text(original.replace("    let mut steps", "\n" * (run + 1) + "    let mut steps", 1))

    nothing = lambda run: None
    clean = lambda run: cargo(crate, "clean", "-p", crate.name)
    cargo(crate, "check")
    figures = {"check": best(runs, clean, lambda: cargo(crate, "check"))}
    for command in "check", "build":
        cargo(crate, command)
        figures[f"{command} after an edit"] = best(runs, edit, lambda: cargo(crate, command))
        figures[f"{command} after a new line"] = best(runs, insert, lambda: cargo(crate, command))
        module.write_text(original)
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--frameworks", default="di,axum", help=f"some of {', '.join(FRAMEWORKS)}")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write-only", action="store_true")
    options = parser.parse_args()
    names = options.frameworks.split(",")
    for name in names:
        if name not in FRAMEWORKS:
            parser.error(f"`{name}` is none of {', '.join(FRAMEWORKS)}")
    folder = options.folder or pathlib.Path(tempfile.mkdtemp())
    os.environ.setdefault("CARGO_TARGET_DIR", str(folder / "target"))
    os.environ["CARGO_INCREMENTAL"] = "1"
    crates = {name: write(folder, name, options.root.resolve()) for name in names}
    if options.write_only:
        return
    figures = {name: measure(crate, options.runs) for name, crate in crates.items()}
    print(f"{'seconds (processor)':<24}" + "".join(f"{name:>26}" for name in names))
    for what in figures[names[0]]:
        base = figures["axum"][what][1] if "axum" in figures else None
        cells = []
        for name in names:
            wall, cpu = figures[name][what]
            cells.append(f"{wall:.2f} ({cpu:.2f})" + (f" = {cpu / base:.2f}" if base else ""))
        print(f"{what:<24}" + "".join(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    main()
