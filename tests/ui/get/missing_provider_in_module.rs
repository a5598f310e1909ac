use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod model {
    pub struct User {
        pub name: String,
    }
}

#[get("/me")]
async fn me(user: &model::User) -> String {
    user.name.clone()
}

fn main() {}
