use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list() -> Result<Json<Vec<Note>>, StatusCode> {
    Err(StatusCode::NOT_FOUND)
}

fn main() {}
