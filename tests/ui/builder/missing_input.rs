use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    #[container(input)]
    name: String,
}

pub struct Config;

async fn start() {
    let app = App::builder().name("shop".into()).build().await;
    drop(app);
}

fn main() {}
