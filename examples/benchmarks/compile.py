#!/usr/bin/env python3
"""What does a service cost to compile?

Writes the same service twice, on this framework and on axum: 200 handlers in 10 modules, each with the user of a bearer
token (pool, session, user: three levels) and a mix of path, query and body. Measures `cargo check` of the service alone, then
`cargo check` and `cargo build` after an edit in one handler's body. The best of five runs counts.

Usage: compile.py [--folder DIR] [--root WORKSPACE] [--runs N] [--only di|axum] [--write-only]
"""

import argparse
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
#[derive(Deserialize)]
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

BODY = """    let mut steps = Vec::new();
    for step in 0..3 {
        if user.id > step { steps.push(step as u32); }
    }
    let text = format!("%(name)s {} {}", user.name, %(text)s);
    Ok(Json(Output { id: %(id)s, text, steps }))
}
"""

# Method, whether the path has an `{id}`, our parameters, axum's, the answer's id and text.
KINDS = [
    ("get", True, "id: Path<u64>, user: &User", "Path(id): Path<u64>, user: User", "{id}", "0"),
    ("get", False, "page: Query<Page>, user: &User", "Query(page): Query<Page>, user: User", "user.id", "page.limit + page.offset"),
    ("post", False, "body: Json<Input>, user: &User", "user: User, Json(body): Json<Input>", "user.id", "body.title.len() + usize::from(body.done)"),
    (
        "put",
        True,
        "id: Path<u64>, body: Json<Input>, user: &User",
        "Path(id): Path<u64>, user: User, Json(body): Json<Input>",
        "{id}",
        "body.title.len() + usize::from(body.done)",
    ),
]


def handler(kind, module, name, axum):
    method, has_id, ours, theirs, id_, text = KINDS[kind]
    path = f"/m{module}/{name}" + ("/{id}" if has_id else "")
    body = BODY % {"name": name, "text": text, "id": id_.format(id="id" if axum else "id.0")}
    head = f"pub async fn {name}({theirs if axum else ours}) -> Result<Json<Output>, StatusCode> {{\n"
    attribute = "" if axum else f'#[{method}("{path}")]\n'
    route = f'        .route("{path}", {method}(m{module}::{name}))' if axum else f"    m{module}::{name},"
    return attribute + head + body, route


def write(folder, axum, root):
    name = "bench-axum" if axum else "bench-di"
    crate = folder / name
    (crate / "src").mkdir(parents=True, exist_ok=True)
    routes = []
    for module in range(MODULES):
        text = "use axum::{Json, extract::{Path, Query}, http::StatusCode};\n" if axum else "use di_server::prelude::*;\n"
        text += "use crate::{%s};\n" % ("Input, Output, Page, User" if axum else "App, Input, Output, Page, User")
        for i in range(HANDLERS):
            item, route = handler(i % len(KINDS), module, f"h{i}", axum)
            text += item
            routes.append(route)
        (crate / "src" / f"m{module}.rs").write_text(text)
    mods = "\n".join(f"mod m{module};" for module in range(MODULES))
    template = AXUM_MAIN if axum else DI_MAIN
    (crate / "src" / "main.rs").write_text(template % {"common": COMMON, "mods": mods, "routes": "\n".join(routes)})
    framework = 'axum = "0.8"' if axum else f'di-server = {{ path = "{root}/di-server" }}'
    (crate / "Cargo.toml").write_text(
        f"""[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
{framework}
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
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["di", "axum"])
    parser.add_argument("--write-only", action="store_true")
    options = parser.parse_args()
    folder = options.folder or pathlib.Path(tempfile.mkdtemp())
    os.environ.setdefault("CARGO_TARGET_DIR", str(folder / "target"))
    os.environ["CARGO_INCREMENTAL"] = "1"
    names = [options.only] if options.only else ["di", "axum"]
    crates = {name: write(folder, name == "axum", options.root.resolve()) for name in names}
    if options.write_only:
        return
    figures = {name: measure(crate, options.runs) for name, crate in crates.items()}
    print(f"{'seconds (processor)':<26}" + "".join(f"{name:>18}" for name in names) + f"{'ratio':>10}")
    for what in figures[names[0]]:
        row = [figures[name][what] for name in names]
        cells = "".join(f"{wall:>9.2f} ({cpu:>5.2f})" for wall, cpu in row)
        ratio = f"{row[0][1] / row[1][1]:>10.2f}" if len(row) == 2 else ""
        print(f"{what:<26}{cells}{ratio}")


if __name__ == "__main__":
    main()
