use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
}

pub struct Config;

async fn start() {
    let app = App::builder().config(5).build().await;
    drop(app);
}

fn main() {}
