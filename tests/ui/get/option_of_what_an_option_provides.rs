use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Viewer;

#[provider]
fn viewer(token: Option<Bearer>) -> Option<Viewer> {
    token.map(|_| Viewer)
}

#[get("/")]
async fn home(viewer: Option<&Viewer>) -> StatusCode {
    let _ = viewer;
    StatusCode::OK
}

static TABLE: Table<App> = table![home];

fn main() {}
