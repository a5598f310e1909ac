#![deny(dead_code)]

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly() {}

#[job]
async fn weekly() {}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().build().await?;
    app.run::<weekly>().await?;
    Ok(())
}
