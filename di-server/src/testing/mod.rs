//! How is a service tested?
//!
//! [`TestClient`] calls an application in process, with no socket: handlers, guards, extractors and refusals are those that
//! a server would run. What a test does not want to run, such as a database or a mailer, it replaces by type.
//!
//! ```
//! use di_server::{prelude::*, testing::TestClient};
//!
//! #[derive(Container)]
//! pub struct App {}
//!
//! #[derive(Clone)]
//! pub struct User(String);
//!
//! #[provider]
//! fn user(token: Bearer) -> Result<User, StatusCode> {
//!     Err(StatusCode::UNAUTHORIZED) // the real one asks a database
//! }
//!
//! #[get("/me")]
//! async fn me(user: &User) -> String {
//!     user.0.clone()
//! }
//!
//! static TABLE: Table<App> = table![me];
//!
//! #[tokio::main]
//! async fn main() {
//!     let app = App::builder().build().await.unwrap();
//!     let client = TestClient::new(app, &TABLE).provide::<User>(|| User("Ada".to_owned()));
//!     client.get("/me").await.assert_status(200).assert_text("Ada");
//! }
//! ```
//!
//! # With layers
//!
//! The layers that a [`Server`](crate::Server::layer) has around the application are around that of a test by
//! [`TestClient::layer`].
//!
//! # Over a socket
//!
//! With the feature `test-server`, `TestClient::over_socket` starts the server on a free port, and requests go there over
//! HTTP/1.1: what the server does is tested as well, such as its limits.

mod client;
mod cookies;
mod differences;
mod form_data;
#[cfg(feature = "websocket")]
mod pipe;
mod request;
mod response;
#[cfg(feature = "test-server")]
mod server;
mod stream;
mod target;
#[cfg(feature = "websocket")]
mod websocket;

#[cfg(feature = "websocket")]
pub use self::websocket::{TestHandshake, TestSocket};
pub use self::{
    client::TestClient,
    form_data::FormData,
    request::TestRequest,
    response::TestResponse,
    stream::{TestEvent, TestStream},
};
