use di_server::prelude::*;

#[derive(Debug, ApiError)]
enum NoteError {
    Forbidden(#[api(transparent)] di_server::InsufficientScope),
}

impl std::fmt::Display for NoteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("forbidden")
    }
}

impl std::error::Error for NoteError {}

fn main() {}
