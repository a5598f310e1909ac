use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/a")]
async fn upload(stream: BodyStream, text: String) {
    let _ = (stream, text);
}

static TABLE: Table<App> = table![upload];

fn main() {}
