//! The first program: one handler, one provider, one singleton.
//!
//! ```sh
//! cargo run --example hello
//! curl 'http://127.0.0.1:8000/hello?name=Ferris'
//! ```

use std::sync::atomic::{AtomicU64, Ordering};

use di_server::prelude::*;

/// What all requests share, by type.
#[derive(Container)]
struct App {
    visits: Visits,
}

struct Visits(AtomicU64);

/// Built once, at the start.
#[provider(singleton)]
fn visits() -> Visits {
    Visits(AtomicU64::new(0))
}

struct Visitor {
    name: String,
    number: u64,
}

/// Built once in each request that asks for it. Its inputs are parameters too: `?name=..`, and the singleton.
#[provider]
fn visitor(name: Option<Query<String>>, visits: &Visits) -> Visitor {
    let name = name.map_or_else(|| "world".to_owned(), |name| name.0);
    Visitor { name, number: visits.0.fetch_add(1, Ordering::Relaxed) + 1 }
}

/// Says hello.
#[get("/hello")]
async fn hello(visitor: &Visitor) -> String {
    format!("Hello, {}! You are visitor {}.\n", visitor.name, visitor.number)
}

static TABLE: Table<App> = table![hello, openapi("/openapi.json")];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    println!("try: curl 'http://127.0.0.1:{port}/hello?name=Ferris'");
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, format!("127.0.0.1:{port}")).await
}
