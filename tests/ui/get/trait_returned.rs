use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes/{id}")]
async fn get_note(id: Path<u64>) -> Result<Box<dyn IntoResponse>, StatusCode> {
    if *id == 0 { Err(StatusCode::NOT_FOUND) } else { Ok(Box::new("a note")) }
}

fn main() {}
