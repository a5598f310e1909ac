//! Three slow sources, asked at the same time.

use std::time::{Duration, Instant};

use di_server::{openapi::JsonSchema, prelude::*};
use serde::Serialize;

use crate::App;

pub(crate) const ROUTES: Routes<App> = routes![dashboard];

/// When the request's turn came.
struct Started(Instant);

#[provider]
fn started() -> Started {
    Started(Instant::now())
}

#[derive(Clone, Serialize, JsonSchema)]
struct Weather(&'static str);

#[derive(Clone, Serialize, JsonSchema)]
struct Mail(u32);

#[derive(Clone, Serialize, JsonSchema)]
struct News(Vec<&'static str>);

/// Stands in for a call to another service.
async fn far_away() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[provider]
async fn weather() -> Weather {
    far_away().await;
    Weather("sunny")
}

#[provider]
async fn mail() -> Mail {
    far_away().await;
    Mail(3)
}

#[provider]
async fn news() -> News {
    far_away().await;
    News(vec!["all is well"])
}

#[derive(Serialize, JsonSchema)]
struct Dashboard {
    weather: Weather,
    mail: Mail,
    news: News,
    elapsed_ms: u128,
}

/// The providers do not depend on each other, so they run concurrently: this takes 100 ms and not 300.
#[get("/dashboard")]
async fn dashboard(started: &Started, weather: Weather, mail: Mail, news: News) -> Json<Dashboard> {
    Json(Dashboard { weather, mail, news, elapsed_ms: started.0.elapsed().as_millis() })
}
