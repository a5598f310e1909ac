use di_server::prelude::*;

#[derive(Debug, ApiError)]
enum Error {
    #[api(404)]
    NotFound,
}

fn main() {}
