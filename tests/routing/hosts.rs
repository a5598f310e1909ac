//! Does the host of a request choose who answers?

use di_server::{prelude::*, server::Hosts};
use tower::{Layer, ServiceExt};

use crate::{
    executors::{Rt, on_every_executor},
    support::{read, request},
};

pub struct Name(String);

#[derive(Container)]
pub struct App {
    #[container(input)]
    name: Name,
}

#[get("/")]
async fn site(name: &Name) -> String {
    format!("site of {}", name.0)
}

#[get("/")]
async fn api(name: &Name) -> String {
    format!("api of {}", name.0)
}

#[get("/")]
async fn tenant(host: HostLabel) -> String {
    format!("tenant {}", *host)
}

#[get("/anyone")]
async fn anyone(host: Option<HostLabel>) -> String {
    host.map_or_else(|| "nobody".to_owned(), |host| host.0)
}

static SITE: Table<App> = table![site, anyone];
static API: Table<App> = table![api];
static TENANTS: Table<App> = table![tenant, anyone];

async fn app(rt: Rt, name: &str) -> Application<App> {
    App::builder().name(Name(name.to_owned())).runtime(rt).build().await.expect("nothing is built")
}

async fn ask(hosts: &Hosts, uri: &str, host: Option<&str>) -> crate::support::Answer {
    let mut request = request("GET", uri);
    if let Some(host) = host {
        request.headers_mut().insert("host", host.parse().expect("a header"));
    }
    let Ok(response) = hosts.clone().oneshot(request).await;
    read(response).await
}

async fn the_host_chooses_table_and_application(rt: Rt) {
    let (one, two) = (app(rt.clone(), "one").await, app(rt, "two").await);
    let hosts = Hosts::new()
        .host("api.example.com", one.service(&API))
        .host("API.Other.example", two.service(&API))
        .host("*.example.com", one.service(&TENANTS));
    let hosts = hosts.layer(one.service(&SITE));
    assert_eq!(format!("{hosts:?}"), "Hosts(*.example.com, api.example.com, api.other.example)");
    for (uri, host, body) in [
        ("/", Some("api.example.com"), "api of one"),
        ("/", Some("API.example.com:8000"), "api of one"),
        ("/", Some("api.other.example"), "api of two"),
        ("/", Some("acme.example.com"), "tenant acme"),
        ("/", Some("ACME.example.com."), "tenant acme"),
        // One label, and not none.
        ("/", Some("a.b.example.com"), "site of one"),
        ("/", Some("example.com"), "site of one"),
        ("/", Some(".example.com"), "site of one"),
        ("/", None, "site of one"),
        // The target goes before the header.
        ("http://api.other.example/", Some("api.example.com"), "api of two"),
        ("/anyone", Some("acme.example.com"), "acme"),
        ("/anyone", Some("elsewhere"), "nobody"),
    ] {
        ask(&hosts, uri, host).await.is(200, body);
    }
}

async fn a_host_that_nothing_is_for_is_misdirected(rt: Rt) {
    let app = app(rt, "one").await;
    let hosts = Hosts::new().host("a.example", app.service(&SITE)).host("b.example", app.service(&TENANTS));
    let refused = ask(&hosts, "/", Some("c.example")).await;
    refused.is_status(421);
    assert!(refused.body.contains("nothing is at the host `c.example`"), "{}", refused.body);
    ask(&hosts, "/", None).await.is_status(421);
    // No label, since no `*` has chosen the host.
    ask(&hosts, "/", Some("b.example")).await.is_status(421);
}

async fn a_host_is_given_once_and_is_a_name(rt: Rt) {
    let app = app(rt, "one").await;
    for hosts in ["a.example:80", "", "a..b", "*", "*.*.b", "http://a", "[::1", "a/b"] {
        let service = app.service(&SITE);
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Hosts::new().host(hosts, service)));
        assert!(refused.is_err(), "{hosts}");
    }
    let twice = std::panic::AssertUnwindSafe(|| {
        Hosts::new().host("a.example", app.service(&SITE)).host("A.example", app.service(&SITE))
    });
    assert!(std::panic::catch_unwind(twice).is_err());
    let local = Hosts::new().host("[::1]", app.service(&SITE)).host("localhost", app.service(&SITE));
    ask(&local, "/", Some("[::1]:8000")).await.is(200, "site of one");
}

on_every_executor![
    the_host_chooses_table_and_application,
    a_host_that_nothing_is_for_is_misdirected,
    a_host_is_given_once_and_is_a_name,
];
