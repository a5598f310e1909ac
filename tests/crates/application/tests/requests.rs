//! What does a request do that meets providers and singletons of several crates?

use std::collections::BTreeMap;

use di_server::prelude::*;
use di_tests_accounts::{AccountsInputs, Names, User};
use di_tests_application::{App, Prefix, TABLE};

async fn client() -> TestClient<App> {
    let names = Names(BTreeMap::from([("1", "Ada"), ("2", "Bob")]));
    let builder = App::builder().prefix(Prefix("The")).accounts(AccountsInputs { names });
    TestClient::new(builder.build().await.expect("nothing fails"), &TABLE)
}

#[tokio::test]
async fn singletons_of_parts_are_built_and_found() {
    client().await.get("/title").await.assert_text("The Hello");
}

#[tokio::test]
async fn providers_of_a_library_find_what_they_need_in_the_application() {
    let client = client().await;
    client.get("/welcome").await.assert_status(401);
    client.get("/welcome").header("authorization", "Bearer 3").await.assert_text("Hello, stranger (401)");
    client.get("/welcome").header("authorization", "Bearer 2").await.assert_text("Hello, Bob");
}

#[tokio::test]
async fn what_a_library_asks_for_is_provided_by_the_application() {
    let client = client().await;
    let buy = |price| client.post(format!("/billing/buy?price={price}")).header("authorization", "Bearer 1");
    buy(10).await.assert_text("5");
    buy(10).await.assert_text("4");
    client.get("/billing/ledger").await.assert_text("open Ada\nclose Ada at 5: true\nopen Ada\nclose Ada at 4: true");
}

#[tokio::test]
async fn what_a_library_provides_may_be_replaced() {
    let client = client().await.provide::<User>(|| User { name: "Eve" });
    client.get("/welcome").await.assert_text("Hello, Eve");
}
