use di_server::prelude::*;
use std::sync::Arc;

#[derive(Container)]
pub struct App {}

trait Mailer {}

struct Smtp;

impl Mailer for Smtp {}

#[provider]
fn mailer() -> Arc<dyn Mailer> {
    Arc::new(Smtp)
}

fn main() {}
