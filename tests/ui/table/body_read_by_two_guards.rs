use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Signed;
struct Counted;

#[provider]
fn signed(body: Json<String>) -> Signed {
    let _ = body;
    Signed
}

#[provider]
fn counted(body: Json<u32>) -> Counted {
    let _ = body;
    Counted
}

#[post("/")]
async fn create() {}

static TABLE: Table<App> = table![group("/api", guards = [Signed, Counted], create)];

fn main() {}
