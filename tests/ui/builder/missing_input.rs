use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    #[container(input)]
    name: Name,
}

pub struct Config;
pub struct Name(String);

async fn start() {
    let app = App::builder().name(Name("shop".into())).build().await;
    drop(app);
}

fn main() {}
