use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize)]
pub struct Comment {
    text: String,
}

#[post("/a")]
async fn upload(comment: Valid<Json<Comment>>) -> String {
    comment.0.0.text
}

static TABLE: Table<App> = table![upload];

fn main() {}
