use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

struct Report;

#[provider]
async fn report(#[named(Replica)] replica: Option<&Pool>) -> Report {
    let _ = replica;
    Report
}

#[get("/")]
async fn list(report: &Report) {
    let _ = report;
}

fn main() {}
