//! Real signals, sent to a child process: this test binary again, with a variable in its environment that
//! makes one of the first two tests below serve.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crate::app::TestApp;
use crate::client::{Client, request};
use crate::harness::{eventually, patient};
use crate::server::{bind, run_with, smol as on_smol, tokio as on_tokio};

/// Set for the child, where alone the tests that serve do so.
const CHILD: &str = "SERVER_ENGINE_CHILD";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

fn announce(listener: &std::net::TcpListener) {
    println!("\nlistening on {}", listener.local_addr().expect("bound"));
}

#[test]
fn child_on_tokio() {
    if !is_child() {
        return;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let config = patient();
        let listener = bind("127.0.0.1:0", &config).expect("a free port");
        announce(&listener);
        let app = TestApp::new(Arc::new(on_tokio::TokioRuntime::current()), Arc::default());
        let listener = tokio::net::TcpListener::from_std(listener).expect("non-blocking");
        run_with(app, listener, config, on_tokio::shutdown_signal(), on_tokio::second_signal()).await.expect("served");
    });
}

#[test]
fn child_on_smol() {
    if !is_child() {
        return;
    }
    smol::block_on(async {
        let config = patient();
        let listener = bind("127.0.0.1:0", &config).expect("a free port");
        announce(&listener);
        let app = TestApp::new(Arc::new(on_smol::SmolRuntime::new()), Arc::default());
        let listener = smol::net::TcpListener::try_from(listener).expect("non-blocking");
        run_with(app, listener, config, on_smol::shutdown_signal(), on_smol::second_signal()).await.expect("served");
    });
}

/// Starts one of the tests above in a process of its own.
fn start(name: &str) -> (Child, SocketAddr, impl Iterator<Item = String>) {
    let mut child = Command::new(std::env::current_exe().expect("known"))
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "")
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let addr = lines
        .find_map(|line| line.strip_prefix("listening on ").map(|addr| addr.parse().expect("an address")))
        .expect("an announcement");
    (child, addr, lines)
}

fn kill(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("runs");
    assert!(status.success());
}

fn check(name: &str) {
    // The lines are kept: the child's report would fail on a closed pipe.
    let (mut child, addr, _lines) = start(name);
    let mut finishing = Client::connect(addr);
    let mut hanging = Client::connect(addr);
    finishing.send(request("/sleep/600"));
    hanging.send(request("/gate"));
    let mut asking = Client::connect(addr);
    eventually("both are under way", || asking.get("/running").body == "3");
    kill(&child, "-TERM");
    eventually("the server stops listening", || TcpStream::connect(addr).is_err());
    assert_eq!(finishing.reply().status, 200);
    kill(&child, "-INT");
    hanging.closed();
    assert!(child.wait().expect("ends").success());
}

#[test]
fn the_first_signal_is_graceful_and_the_second_is_not() {
    check("signals::child_on_tokio");
    check("signals::child_on_smol");
}
