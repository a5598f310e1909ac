use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Draft;

#[provider]
fn draft(title: Json<String>, text: Json<String>) -> Draft {
    let _ = (title, text);
    Draft
}

#[post("/a")]
async fn create(draft: &Draft) {
    let _ = draft;
}

static TABLE: Table<App> = table![create];

fn main() {}
