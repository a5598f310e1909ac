use di_server::prelude::*;

#[provider(container = any)]
fn port() -> http::uri::Scheme {
    http::uri::Scheme::HTTP
}

fn main() {}
