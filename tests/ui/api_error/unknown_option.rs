use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    #[api(status = 404, titel = "No such note")]
    Missing,
}

fn main() {}
