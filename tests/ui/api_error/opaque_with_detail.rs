use di_server::prelude::*;

#[derive(Debug, thiserror::Error, ApiError)]
pub enum NoteError {
    #[error("there is no such note")]
    #[api(status = 404, opaque, detail)]
    Missing,
}

fn main() {}
