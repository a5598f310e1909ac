use std::fmt;

use di_core::{Application, Container, Overrides, Replacement, Service, Table, graph::Job, scope::JobError};
use http::Method;

use super::TestRequest;

/// Calls an application in process, with other things in the place of some of its dependencies.
///
/// Requests run on the application's executor and in the task that awaits them. See the [module](crate::testing) for an example.
pub struct TestClient<C: Container> {
    app: Application<C>,
    table: &'static Table<C>,
    overrides: Overrides,
    service: Service,
}

impl<C: Container> TestClient<C> {
    /// A client of `app` with the routes of `table`.
    #[must_use]
    pub fn new(app: Application<C>, table: &'static Table<C>) -> Self {
        let service = app.service(table);
        Self { app, table, overrides: Overrides::default(), service }
    }

    /// Replaces what provides `T`, wherever it is asked for: by parameters, guards, other providers. What the original
    /// would have asked for, such as a token, is asked for no more.
    ///
    /// `make` is called once for each request that needs a request-scoped `T`, for each use of a transient one or of an
    /// input, and once in all for a singleton (of which other singletons keep the original).
    ///
    /// # Panics
    ///
    /// If no route reaches `T`: the override would have no effect.
    #[must_use]
    #[track_caller]
    pub fn provide<T: Send + 'static>(mut self, make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        self.overrides.provide(make);
        self.service = self.app.service_with(self.table, &self.overrides);
        self
    }

    /// [`provide`](Self::provide), for the `T` whose qualifier is `K`: that of `#[named(K)]`.
    ///
    /// # Panics
    ///
    /// If no route reaches it.
    #[must_use]
    #[track_caller]
    pub fn provide_named<K: 'static, T: Send + 'static>(
        mut self,
        make: impl Fn() -> T + Send + Sync + 'static,
    ) -> Self {
        self.overrides.provide_named::<K, T>(make);
        self.service = self.app.service_with(self.table, &self.overrides);
        self
    }

    /// Replaces what provides the type that `R` returns by `R`, a function with `#[provider(replace)]`: it has
    /// dependencies of its own, may be asynchronous, may fail, may have a teardown.
    ///
    /// ```
    /// # use di_server::{prelude::*, testing::TestClient};
    /// # #[derive(Container)]
    /// # pub struct App {}
    /// # pub struct User(String);
    /// # #[provider]
    /// # fn user(_token: Bearer) -> User { unreachable!() }
    /// # #[get("/me")]
    /// # async fn me(user: &User) -> String { user.0.clone() }
    /// # static TABLE: Table<App> = table![me];
    /// #[provider(replace)]
    /// fn user_of_header(name: Header<String>) -> User {
    ///     User(name.0)
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() {
    /// # let app = App::builder().build().await.unwrap();
    /// let client = TestClient::new(app, &TABLE).replace::<user_of_header>();
    /// client.get("/me").header("name", "Ada").await.assert_text("Ada");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If no route reaches the type.
    #[must_use]
    #[track_caller]
    pub fn replace<R: Replacement<Container = C>>(mut self) -> Self {
        self.overrides.replace::<R>();
        self.service = self.app.service_with(self.table, &self.overrides);
        self
    }

    /// Runs a job with the overrides of this client.
    ///
    /// # Errors
    ///
    /// As [`Application::run`].
    pub async fn run<J: Job<Container = C>>(&self) -> Result<J::Output, JobError<J::Error>> {
        self.app.run_with::<J>(&self.overrides).await
    }

    /// Takes all overrides back.
    #[must_use]
    pub fn clear_overrides(self) -> Self {
        Self::new(self.app, self.table)
    }

    /// Ends the application: see [`Application::shutdown`].
    ///
    /// # Cancel safety
    ///
    /// As `Application::shutdown`.
    pub async fn shutdown(self) {
        let Self { app, service, overrides, .. } = self;
        drop((service, overrides));
        app.shutdown().await;
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &Application<C> {
        &self.app
    }

    /// The service that requests go to: for layers, and for what this client has no method for.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Starts a `GET`.
    pub fn get(&self, uri: &str) -> TestRequest {
        self.request(Method::GET, uri)
    }

    /// Starts a `POST`.
    pub fn post(&self, uri: &str) -> TestRequest {
        self.request(Method::POST, uri)
    }

    /// Starts a `PUT`.
    pub fn put(&self, uri: &str) -> TestRequest {
        self.request(Method::PUT, uri)
    }

    /// Starts a `PATCH`.
    pub fn patch(&self, uri: &str) -> TestRequest {
        self.request(Method::PATCH, uri)
    }

    /// Starts a `DELETE`.
    pub fn delete(&self, uri: &str) -> TestRequest {
        self.request(Method::DELETE, uri)
    }

    /// Starts the handshake of a websocket: `client.websocket("/chat/rust").connect().await`.
    #[cfg(feature = "websocket")]
    pub fn websocket(&self, uri: &str) -> super::TestHandshake {
        super::TestHandshake::new(self.request(Method::GET, uri))
    }

    /// Starts a request. `uri` is a path with its query, or a whole URI.
    pub fn request(&self, method: Method, uri: &str) -> TestRequest {
        TestRequest::new(self.service.clone(), method, uri)
    }
}

impl<C: Container> fmt::Debug for TestClient<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").field("overrides", &self.overrides).finish_non_exhaustive()
    }
}
