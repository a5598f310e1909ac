use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

use std::sync::Arc;

struct Repository(Arc<App>);

#[provider]
fn repository(app: Arc<App>) -> Repository {
    Repository(app)
}

fn main() {}
