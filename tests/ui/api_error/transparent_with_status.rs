use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    #[api(transparent, status = 404)]
    Missing(Problem),
}

fn main() {}
