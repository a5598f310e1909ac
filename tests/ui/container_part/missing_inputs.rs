use di_server::prelude::*;
use di_tests_accounts::Accounts;

#[derive(Container)]
pub struct App {
    #[container(part)]
    accounts: Accounts,
}

async fn start() {
    let _ = App::builder().build().await;
}

fn main() {
    drop(start());
}
