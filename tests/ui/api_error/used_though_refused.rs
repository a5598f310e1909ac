use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    Missing,
}

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() -> Result<(), NoteError> {
    Err(NoteError::Missing)
}

fn main() {}
