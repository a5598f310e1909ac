use di_server::prelude::*;

#[derive(Debug, ApiError)]
pub enum Failure {
    #[api(status: 409)]
    Taken,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("taken")
    }
}

fn main() {}
