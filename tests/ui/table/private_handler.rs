use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod users {
    use super::App;
    use di_server::prelude::*;

    #[get("/users")]
    async fn list() {}
}

static TABLE: Table<App> = table![users::list];

fn main() {}
