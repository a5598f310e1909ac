//! The smallest service: one handler, one query parameter.
//!
//! ```sh
//! cargo run --example hello
//! curl 'http://127.0.0.1:8000/hello?name=Ferris'
//! ```

use di_server::prelude::*;

/// No singletons.
#[derive(Container)]
struct App {}

/// Greets.
#[get("/hello")]
async fn hello(name: Option<Query<String>>) -> String {
    let name = name.map_or_else(|| "world".to_owned(), |name| name.0);
    format!("Hello, {name}!\n")
}

static TABLE: Table<App> = table![hello];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".into());
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, format!("127.0.0.1:{port}")).await
}
