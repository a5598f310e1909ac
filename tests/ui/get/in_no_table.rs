#![deny(dead_code)]

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod users {
    use super::App;
    use di_server::prelude::*;

    #[get("/users")]
    pub async fn list() -> String {
        linked::uri("ann").to_string()
    }

    #[get("/users/{id}")]
    pub async fn one(id: Path<u64>) -> String {
        id.to_string()
    }

    #[get("/linked/{name}")]
    async fn linked(name: Path<String>) -> String {
        name.0
    }

    pub const ROUTES: Routes<App> = routes![list];
}

static TABLE: Table<App> = table![users::ROUTES];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
