use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Draft;
struct Signature;

#[provider]
fn draft(body: Json<String>) -> Draft {
    let _ = body;
    Draft
}

#[provider]
fn signature(body: Json<u32>) -> Signature {
    let _ = body;
    Signature
}

#[post("/a")]
async fn create(draft: &Draft, signature: &Signature) {
    let _ = (draft, signature);
}

fn main() {}
