use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    secret: String,
    #[container(input, name = Salt)]
    salt: String,
}

pub struct Salt;

#[get("/")]
async fn hash(#[named(Salt)] salt: &String) -> String {
    salt.clone()
}

fn main() {
    let _ = App::builder().salt(String::new());
}
