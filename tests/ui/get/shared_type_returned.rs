use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/name")]
async fn name() -> Arc<str> {
    "Ann".into()
}

fn main() {}
