//! What finds its dependencies in a private container may be public in its module: in a program nothing is exported.

use di_server::{prelude::*, uri};

#[derive(Container)]
struct App {
    pool: pool::Pool,
}

mod pool {
    use di_server::prelude::*;

    use super::App;

    pub struct Pool(pub u32);

    #[provider(singleton)]
    pub async fn pool() -> Pool {
        Pool(7)
    }

    #[provider(replace)]
    pub fn other_pool() -> Pool {
        Pool(8)
    }
}

mod users {
    use di_server::prelude::*;

    use super::{App, pool::Pool};

    #[get("/users/{id}")]
    pub async fn user(id: Path<u32>, pool: &Pool) -> String {
        format!("{} {}", id.0, pool.0)
    }

    #[get("/count")]
    pub fn count(pool: &Pool) -> String {
        pool.0.to_string()
    }

    #[job]
    pub async fn nightly(pool: &Pool) -> u32 {
        pool.0
    }

    pub static ROUTES: Routes<App> = routes![group("/again", count)];
}

static TABLE: Table<App> = table![users::user, users::count, users::ROUTES];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(uri!(TABLE, users::user(1)).to_string(), "/users/1");
    let app = App::builder().build().await.unwrap();
    assert_eq!(app.run::<users::nightly>().await.unwrap(), 7);
    let client = TestClient::new(app, &TABLE).replace::<pool::other_pool>();
    client.get(users::user::uri(1)).await.assert_text("1 8");
    client.get("/again/count").await.assert_text("8");
}
