//! How does what waits learn that the application is about to end?

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{get, pause, request},
};

#[derive(Container)]
pub struct App {}

/// Would wait for ever.
#[get("/news")]
async fn news(executor: &Executor) -> &'static str {
    executor.stopping().await;
    "none"
}

/// One event, and no other.
#[get("/events/{kept_alive}")]
async fn events(kept_alive: Path<bool>) -> Sse {
    let events = Sse::new(generate(async |mut out| {
        out.send(Event::data("hello")).await;
        std::future::pending::<()>().await;
    }));
    let events = events.until_stop();
    if *kept_alive { events } else { events.without_keep_alive() }
}

static TABLE: Table<App> = table![news, events];

async fn app(rt: Rt) -> Application<App> {
    App::builder().runtime(rt).build().await.expect("nothing fails")
}

async fn a_request_that_waits_is_told(rt: Rt) {
    let app = app(rt).await;
    let service = app.service(&TABLE);
    let stop = async {
        pause().await;
        app.close_sessions();
    };
    let (answers, ()) =
        futures_lite::future::zip(futures_lite::future::zip(get(&service, "/news"), get(&service, "/news")), stop)
            .await;
    answers.0.is(200, "none");
    answers.1.is(200, "none");
    // Whoever comes later is told at once.
    get(&service, "/news").await.is(200, "none");
}

async fn events_end_once_there_are_none(rt: Rt) {
    use http_body_util::BodyExt;

    for uri in ["/events/true", "/events/false"] {
        let app = app(rt.clone()).await;
        let service = app.service(&TABLE);
        let mut body = service.handle(request("GET", uri), None).await.into_body();
        let first = body.frame().await.expect("an event").expect("no error").into_data().expect("data");
        assert_eq!(first, "data: hello\n\n");
        let (end, ()) = futures_lite::future::zip(body.frame(), async {
            pause().await;
            app.close_sessions();
        })
        .await;
        assert!(end.is_none());
        // What there is to be sent is sent all the same.
        get(&service, uri).await.is(200, "data: hello\n\n");
    }
}

on_every_executor![a_request_that_waits_is_told, events_end_once_there_are_none];
