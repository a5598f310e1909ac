//! The back end of [RealWorld](https://github.com/realworld-apps/realworld), a place to publish articles: `README.md` beside this
//! folder tells about it.
//!
//! ```sh
//! cargo run -p conduit
//! ```
//!
//! | module | has |
//! |---|---|
//! | `users`, `profiles`, `articles`, `comments`, `favorites`, `tags` | the API, one feature each, with its tests |
//! | `health` | whether the program lives, and can serve |
//! | `auth` | who asks: a token, and the user whose it is |
//! | `password`, `validate` | hashes; what texts are asked to be |
//! | `db` | the pool, and one transaction for each request |
//! | `error` | the form of all refusals |
//! | `config`, `logs` | what an operator sets, and sees |

mod articles;
mod auth;
mod comments;
mod config;
mod db;
mod error;
mod favorites;
mod health;
mod logs;
mod password;
mod profiles;
mod tags;
mod users;
mod validate;

#[cfg(test)]
mod document;
#[cfg(test)]
mod testing;

use di_server::{Server, prelude::*};
use tower::ServiceBuilder;
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::Level;

use crate::{auth::Keys, config::Config, db::Db, logs::REQUEST_ID, password::Hasher};

/// Every singleton, by type.
#[derive(Container)]
struct App {
    #[container(input)]
    config: Config,
    db: Db,
    keys: Keys,
    hasher: Hasher,
}

static TABLE: Table<App> = table![
    group("/api", users::ROUTES, profiles::ROUTES, articles::ROUTES, comments::ROUTES, favorites::ROUTES, tags::ROUTES),
    health::ROUTES,
    openapi("/openapi.json", error::describe),
    docs("/docs"),
];

/// What holds for the whole application.
fn settings() -> Settings {
    Settings::default().refusals(error::in_form)
}

/// Which sites may call from a browser.
fn cors(config: &Config) -> Result<CorsLayer, header::InvalidHeaderValue> {
    let origins = if config.cors_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(config.cors_origins.iter().map(|origin| origin.parse()).collect::<Result<Vec<_>, _>>()?)
    };
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    let headers = [header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID];
    let cors = CorsLayer::new().allow_origin(origins).allow_methods(methods).allow_headers(headers);
    Ok(cors.expose_headers([REQUEST_ID, header::LOCATION, header::RETRY_AFTER]))
}

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let config = Config::load()?;
    logs::init(&config)?;
    let layers = ServiceBuilder::new()
        .map_request(logs::with_fit_id)
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(logs::span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(cors(&config)?);

    let addresses = config.addresses().await?;
    let app = App::builder().config(config).settings(settings()).build().await?;
    Server::new(app, &TABLE).layer(layers).serve(&*addresses).await
}
