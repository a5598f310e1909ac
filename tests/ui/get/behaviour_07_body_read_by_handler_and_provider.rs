use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Draft;

#[provider]
fn draft(body: Json<String>) -> Draft {
    let _ = body;
    Draft
}

#[post("/a")]
async fn create(draft: &Draft, body: Json<u32>) {
    let _ = (draft, body);
}

fn main() {}
