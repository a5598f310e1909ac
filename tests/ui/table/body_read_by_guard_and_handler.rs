use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Signed;

#[provider]
fn signed(body: Json<String>) -> Signed {
    let _ = body;
    Signed
}

#[post("/")]
async fn create(body: Json<u32>) {
    let _ = body;
}

static TABLE: Table<App> = table![group("/api", guards = [Signed], create)];

fn main() {}
