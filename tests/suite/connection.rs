//! What do headers with a grammar of their own say, and who is the client?

use std::net::SocketAddr;

use di_server::{TestClient, prelude::*};
use headers::{Host, Range};

use crate::{
    executors::{Rt, on_every_executor},
    support::{get, request, send},
};

#[derive(Container)]
pub struct App {}

#[get("/host")]
async fn host(host: TypedHeader<Host>, range: Option<TypedHeader<Range>>) -> String {
    format!("{} {}", host.hostname(), range.is_some())
}

pub struct Region(String);

#[provider]
fn region(client: &ClientAddr) -> Region {
    Region(if client.is_loopback() { "here".into() } else { client.to_string() })
}

#[get("/client")]
async fn client(client: ClientAddr, region: &Region) -> String {
    format!("{} {}", *client, region.0)
}

static TABLE: Table<App> = table![host, client];

async fn app(rt: Rt) -> di_server::Application<App> {
    let proxies = TrustedProxies::x_forwarded_for(["10.0.0.0/8", "127.0.0.1"]).expect("networks");
    App::builder()
        .settings(Settings::default().trusted_proxies(proxies))
        .runtime(rt)
        .build()
        .await
        .expect("nothing is built")
}

async fn behaviour_25_a_typed_header_is_listed_with_what_is_invalid(rt: Rt) {
    let service = app(rt).await.service(&TABLE);
    let with = |name: &'static str, value: &'static str, mut request: http::Request<Body>| {
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        request
    };
    assert_eq!(get(&service, "/host").await.invalid(), ["host"]);
    let good = with("host", "example.com:80", request("GET", "/host"));
    send(&service, good).await.is(200, "example.com false");
    let ranged = with("range", "bytes=0-1", with("host", "example.com", request("GET", "/host")));
    send(&service, ranged).await.is(200, "example.com true");
    let bad = with("range", "tomorrow", with("host", "exa mple", request("GET", "/host")));
    assert_eq!(send(&service, bad).await.invalid(), ["host", "range"]);
}

async fn a_client_is_named_by_trusted_proxies_alone(rt: Rt) {
    let app = app(rt).await;
    let service = app.service(&TABLE);
    let client = TestClient::new(app, &TABLE);
    let rows = [
        ("192.0.2.1:1", Some("127.0.0.1"), "192.0.2.1 192.0.2.1"),
        ("10.0.0.1:1", Some("192.0.2.7"), "192.0.2.7 192.0.2.7"),
        ("10.0.0.1:1", Some("127.0.0.1, 192.0.2.7"), "192.0.2.7 192.0.2.7"),
        ("127.0.0.1:1", None, "127.0.0.1 here"),
    ];
    for (peer, forwarded, expected) in rows {
        let mut request = client.get("/client").peer(peer.parse::<SocketAddr>().expect("an address"));
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        assert_eq!(request.await.text(), expected, "{peer} {forwarded:?}");
    }
    client.get("/client").await.assert_text("127.0.0.1 here");
    get(&service, "/client").await.is_status(500);
}

async fn a_proxy_over_a_unix_socket_names_the_client(rt: Rt) {
    let proxies = TrustedProxies::x_forwarded_for(["unix"]).expect("a word");
    let builder = App::builder().settings(Settings::default().trusted_proxies(proxies)).runtime(rt);
    let service = builder.build().await.expect("nothing is built").service(&TABLE);
    let mut forwarded = request("GET", "/client");
    forwarded.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 192.0.2.7"));
    send(&service, forwarded).await.is(200, "192.0.2.7 192.0.2.7");
    get(&service, "/client").await.is_status(500);
}

on_every_executor![
    behaviour_25_a_typed_header_is_listed_with_what_is_invalid,
    a_client_is_named_by_trusted_proxies_alone,
    a_proxy_over_a_unix_socket_names_the_client,
];
