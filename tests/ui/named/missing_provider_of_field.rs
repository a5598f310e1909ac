use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[derive(Provider)]
struct Report {
    #[named(Replica)]
    _pool: Pool,
}

#[get("/")]
async fn list(report: Report) {
    let _ = report;
}

fn main() {}
