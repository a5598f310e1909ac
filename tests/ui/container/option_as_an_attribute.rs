use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[input]
    config: Config,
}

pub struct Config {
    greeting: String,
}

#[get("/")]
async fn home(config: &Config) -> String {
    config.greeting.clone()
}

static TABLE: Table<App> = table![home];

fn main() {
    let _ = App::builder().config(Config { greeting: "hello".to_owned() }).build();
}
