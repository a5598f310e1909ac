use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod users {
    use super::App;
    use di_server::prelude::*;

    pub const fn routes() -> Routes<App> {
        routes![]
    }
}

static TABLE: Table<App> = table![users::routes()];

fn main() {}
