use di_server::prelude::*;

#[derive(Debug, ApiError)]
#[api(status = 404)]
enum NoteError {
    Missing,
    Gone,
}

impl std::fmt::Display for NoteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no note")
    }
}

impl std::error::Error for NoteError {}

fn main() {}
