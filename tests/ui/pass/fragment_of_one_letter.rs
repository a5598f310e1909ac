use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod shop {
    use super::*;

    #[get("/items")]
    pub async fn items() {}

    pub const R: Routes<App> = routes![items];
}

static TABLE: Table<App> = table![group("/shop", shop::R)];

fn main() {
    let _ = &TABLE;
}
