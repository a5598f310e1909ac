use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User(String);

#[provider]
fn user() -> User {
    User("ada".to_owned())
}

struct Greeting<'a>(&'a str);

impl IntoResponse for Greeting<'_> {
    fn into_response(self) -> Response {
        self.0.to_owned().into_response()
    }
}

#[allow(mismatched_lifetime_syntaxes)]
#[get("/")]
async fn greet(user: &User) -> Greeting {
    Greeting(&user.0)
}

fn main() {}
