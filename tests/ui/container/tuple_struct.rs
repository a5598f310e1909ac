use di_server::prelude::*;

#[derive(Container)]
pub struct App(Pool);

pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn home(_pool: &Pool) {}

static TABLE: Table<App> = table![home];

fn main() {
    let _ = async {
        let app = App::builder().build().await.unwrap();
        TestClient::new(app, &TABLE).get("/").await.assert_status(200);
    };
}
