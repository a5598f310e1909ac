use di_server::prelude::*;
use std::sync::Arc;

#[derive(Container)]
pub struct App {
    #[container(input)]
    mailer: Arc<dyn Mailer>,
}

trait Mailer {}

struct Smtp;

impl Mailer for Smtp {}

#[get("/")]
async fn home(mailer: &Arc<dyn Mailer>) {
    let _ = mailer;
}

async fn run() -> Result<(), di_server::Error> {
    let app = App::builder().mailer(Arc::new(Smtp)).build().await?;
    drop(app);
    Ok(())
}

fn main() {
    let _ = run;
}
