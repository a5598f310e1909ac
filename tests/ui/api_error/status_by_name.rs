use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    #[api(status = StatusCode::NOT_FOUND)]
    Missing,
}

fn main() {}
