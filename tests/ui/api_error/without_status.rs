use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    Missing,
    #[error("taken")]
    #[api(status = 409)]
    Taken,
}

fn main() {}
