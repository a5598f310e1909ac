use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    settings: Config,
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
    let _ = async {
        let app = App::builder().settings(Config { greeting: "hello".to_owned() }).build().await.unwrap();
        TestClient::new(app, &TABLE).get("/").await.assert_status(200);
    };
}
