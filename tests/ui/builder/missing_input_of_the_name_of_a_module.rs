use di_server::prelude::*;

mod config {
    pub struct Config;
}

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: config::Config,
}

#[tokio::main]
async fn main() {
    drop(App::builder().build().await);
}
