use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

trait Mailer {}

#[get("/")]
async fn home(_mailer: &dyn Mailer) {}

fn main() {}
