use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize)]
pub struct Envelope<T> {
    article: T,
}

pub struct Article {
    title: String,
}

#[post("/articles")]
async fn create(body: Json<Envelope<Article>>) -> String {
    body.0.article.title
}

static TABLE: Table<App> = table![create];

fn main() {}
