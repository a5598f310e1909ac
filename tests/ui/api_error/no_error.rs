use di_server::prelude::*;

#[derive(Debug, ApiError)]
pub enum NoteError {
    #[api(status = 404)]
    Missing,
}

fn main() {}
