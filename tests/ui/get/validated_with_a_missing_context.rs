use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Words(Vec<String>);

#[derive(serde::Deserialize, garde::Validate)]
#[garde(context(Words))]
pub struct Comment {
    #[garde(custom(known))]
    text: String,
}

fn known(text: &str, words: &Words) -> garde::Result {
    if words.0.iter().any(|word| word == text) { Ok(()) } else { Err(garde::Error::new("no word")) }
}

#[post("/a")]
async fn upload(comment: Valid<Json<Comment>>) {
    let _ = comment;
}

static TABLE: Table<App> = table![upload];

fn main() {}
