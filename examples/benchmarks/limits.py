#!/usr/bin/env python3
"""Does the compiler bear what large services ask of it?

Checks 2,000 routes in one table (10 modules of 200, each a group) with `long_running_const_eval` denied, and runs a diamond of
25 layers: in each, two request-scoped providers that both depend on both of the layer above.

Usage: limits.py [--folder DIR] [--root WORKSPACE]
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

MODULES = 10
ROUTES = 200
LAYERS = 25

ROUTES_MAIN = """#![deny(long_running_const_eval)]
use di_server::prelude::*;
%(mods)s
#[derive(Container)]
pub struct App {}
pub static TABLE: Table<App> = table![
%(groups)s
];
fn main() { println!("{}", format!("{TABLE:?}").matches('/').count() > 2000); }
"""

DIAMOND_MAIN = """#![deny(long_running_const_eval)]
use di_server::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
static BUILT: AtomicU32 = AtomicU32::new(0);
#[derive(Container)]
pub struct App {}
pub struct L0A; pub struct L0B;
#[provider] async fn l0a() -> L0A { BUILT.fetch_add(1, Ordering::Relaxed); L0A }
#[provider] async fn l0b() -> L0B { BUILT.fetch_add(1, Ordering::Relaxed); L0B }
%(layers)s
#[get("/")] async fn top(_a: &L%(last)sA, _b: &L%(last)sB) -> String { BUILT.load(Ordering::Relaxed).to_string() }
static TABLE: Table<App> = table![top];
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app = App::builder().build().await.expect("nothing can fail");
    let request = http::Request::get("/").body(Body::empty()).expect("it is a request");
    let response = app.service(&TABLE).handle(request, None).await;
    assert_eq!(response.status(), 200);
    assert_eq!(BUILT.load(Ordering::Relaxed), %(nodes)s);
    println!("each of the %(nodes)s providers ran once");
}
"""

LAYER = """pub struct L{n}A; pub struct L{n}B;
#[provider] async fn l{n}a(_a: &L{p}A, _b: &L{p}B) -> L{n}A {{ BUILT.fetch_add(1, Ordering::Relaxed); L{n}A }}
#[provider] async fn l{n}b(_a: &L{p}A, _b: &L{p}B) -> L{n}B {{ BUILT.fetch_add(1, Ordering::Relaxed); L{n}B }}
"""


def write(folder, root, name, files):
    crate = folder / name
    (crate / "src").mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (crate / "src" / file).write_text(text)
    (crate / "Cargo.toml").write_text(
        f"""[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
di-server = {{ path = "{root}/di-server" }}
http = "1"
tokio = {{ version = "1", features = ["macros", "rt"] }}
"""
    )
    shutil.copy(root / "Cargo.lock", crate / "Cargo.lock")
    return crate


def routes(folder, root):
    files, groups = {}, []
    for module in range(MODULES):
        text, names = "use di_server::prelude::*;\nuse crate::App;\n", []
        for i in range(ROUTES):
            path, param = [(f"/r{i}", ""), (f"/r{i}/{{id}}", "_id: Path<u64>"), (f"/r{i}/{{id}}/items/{{item}}", "_path: Path<(u64, u64)>")][i % 3]
            text += f'#[get("{path}")]\npub async fn h{i}({param}) -> &\'static str {{ "{i}" }}\n'
            names.append(f"m{module}::h{i}")
        files[f"m{module}.rs"] = text
        groups.append(f'    group("/m{module}", {", ".join(names)}),')
    mods = "\n".join(f"mod m{module};" for module in range(MODULES))
    files["main.rs"] = ROUTES_MAIN % {"mods": mods, "groups": "\n".join(groups)}
    return write(folder, root, "limit-routes", files)


def diamond(folder, root):
    layers = "".join(LAYER.format(n=n, p=n - 1) for n in range(1, LAYERS))
    text = DIAMOND_MAIN % {"layers": layers, "last": LAYERS - 1, "nodes": 2 * LAYERS}
    return write(folder, root, "limit-diamond", {"main.rs": text})


def cargo(crate, *args):
    start = time.monotonic()
    done = subprocess.run(["cargo", *args], cwd=crate, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{crate.name}: cargo {args[0]} failed\n{done.stderr[-4000:]}")
    return time.monotonic() - start, done.stdout.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    options = parser.parse_args()
    folder, root = options.folder or pathlib.Path(tempfile.mkdtemp()), options.root.resolve()
    os.environ.setdefault("CARGO_TARGET_DIR", str(folder / "target"))
    for crate in routes(folder, root), diamond(folder, root):
        # Once for the dependencies, then by itself.
        cargo(crate, "check")
        cargo(crate, "clean", "-p", crate.name)
        seconds, _ = cargo(crate, "check")
        print(f"{crate.name}: checked in {seconds:.1f} s", flush=True)
    _, said = cargo(folder / "limit-diamond", "run", "--quiet")
    print(f"limit-diamond: {said}")


if __name__ == "__main__":
    main()
