use di_server::prelude::*;

#[derive(Debug, ApiError)]
pub enum NotesError {
    #[api(status("404"))]
    Missing,
}

fn main() {}
