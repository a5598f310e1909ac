use di_server::prelude::*;

#[derive(ApiError)]
pub union NoteError {
    number: u8,
}

fn main() {}
