//! The document and its page, over HTTP.

use di_server::{openapi::OpenApi, prelude::*};
use serde_json::Value;

#[derive(Container)]
struct App {}

/// Says hello.
#[get("/hello")]
async fn hello() -> &'static str {
    "hello"
}

fn describe(document: OpenApi) -> OpenApi {
    document.title("Greetings <& more>").server("https://example.com/api", "elsewhere")
}

static TABLE: Table<App> = table![hello, openapi("/openapi.json", describe), group("/inner", docs("/docs"))];

#[derive(Container)]
struct Guarded {}

struct Nobody;

#[provider(container = Guarded)]
fn nobody(_token: Bearer) -> Nobody {
    Nobody
}

static GUARDED: Table<Guarded> = table![container = Guarded, group("/private", guards = [Nobody], docs("/docs/"))];

async fn client() -> TestClient<App> {
    TestClient::new(App::builder().build().await.unwrap(), &TABLE)
}

#[tokio::test]
async fn the_document_is_served_as_it_is_written() {
    let client = client().await;
    let response = client.get("/openapi.json").send().await;
    assert_eq!((response.status(), response.header("content-type")), (StatusCode::OK, Some("application/json")));
    assert_eq!(response.text(), TABLE.openapi().to_json());
    let document: Value = response.json();
    assert_eq!(document["info"]["title"], "Greetings <& more>");
    // The document and its page are no operations.
    assert_eq!(document["paths"].as_object().expect("paths").keys().collect::<Vec<_>>(), ["/hello"]);
}

#[tokio::test]
async fn the_page_loads_its_own_files_and_nothing_else() {
    let client = client().await;
    let page = client.get("/inner/docs").send().await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(policy.ends_with("connect-src 'self' https://example.com"), "{policy}");
    let page = page.text();
    assert!(page.contains("<title>Greetings &lt;&amp; more&gt;</title>"), "{page}");
    let links: Vec<&str> = page.split('"').filter(|text| text.contains('/') && !text.contains([' ', '<'])).collect();
    assert_eq!(links.len(), 4, "{links:?}");
    for link in links {
        // Relative to the page, which is in `/inner`.
        let response = client.get(format!("/inner/{link}")).send().await;
        assert_eq!(response.status(), StatusCode::OK, "{link}");
        assert!(!response.bytes().is_empty());
    }
    assert_eq!(client.get("/inner/docs/openapi.json").send().await.text(), TABLE.openapi().to_json());
    assert_eq!(client.get("/inner/docs/none.js").send().await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_are_compressed_and_kept_for_good() {
    let client = client().await;
    let page = client.get("/inner/docs").send().await;
    let script = page.text().split('"').find(|text| text.contains("bundle")).expect("a script").to_owned();
    let response = client.get(format!("/inner/{script}")).header("accept-encoding", "gzip, br").send().await;
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    assert!(response.header("cache-control").expect("a header").contains("immutable"));
    assert!(response.bytes().starts_with(&[0x1f, 0x8b]));
    let response = client.get(format!("/inner/{script}")).header("accept-encoding", "identity").send().await;
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_groups_guards_cover_its_page() {
    let client = TestClient::new(Guarded::builder().build().await.unwrap(), &GUARDED);
    assert_eq!(client.get("/private/docs/").send().await.status(), StatusCode::UNAUTHORIZED);
    let page = client.get("/private/docs/").header("authorization", "Bearer x").send().await;
    assert!(page.text().contains("href=\"./swagger-ui"), "the folder is the page's own");
    assert_eq!(client.get("/private/docs/openapi.json").send().await.status(), StatusCode::UNAUTHORIZED);
}
