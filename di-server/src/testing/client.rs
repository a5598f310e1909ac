use std::{fmt, sync::Arc};

use di_core::{
    Application, Container, Overrides, Replacement, Service, Table, graph::Job, layers::GroupLayer, scope::JobError,
};
use http::Method;

use super::{
    TestRequest,
    cookies::Jar,
    target::{Around, Target},
};

/// Calls an application in process, with other things in the place of some of its dependencies.
///
/// Requests run on the application's executor and in the task that awaits them. See the [module](crate::testing) for an example.
pub struct TestClient<C: Container> {
    app: Application<C>,
    table: &'static Table<C>,
    overrides: Overrides<C>,
    layers: Vec<Around>,
    target: Target,
    jar: Option<Arc<Jar>>,
    #[cfg(feature = "test-server")]
    server: Option<Arc<super::server::Server>>,
}

impl<C: Container> TestClient<C> {
    /// A client of `app` with the routes of `table`.
    #[must_use]
    pub fn new(app: Application<C>, table: &'static Table<C>) -> Self {
        let target = Target::new(app.service(table), &[]);
        Self {
            app,
            table,
            overrides: Overrides::default(),
            layers: Vec::new(),
            target,
            jar: None,
            #[cfg(feature = "test-server")]
            server: None,
        }
    }

    /// Replaces what provides `T`, wherever it is asked for: by parameters, guards, other providers. What the original
    /// would have asked for, such as a token, is asked for no more.
    ///
    /// `make` is called once for each request that needs a request-scoped `T`, for each use of a transient one or of an
    /// input, and once in all for a singleton (of which other singletons keep the original).
    ///
    /// # Panics
    ///
    /// If no route reaches `T`, and no job that the client was [told of](Self::job): the override would have no effect.
    #[must_use]
    #[track_caller]
    pub fn provide<T: Send + 'static>(mut self, make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        self.overrides.provide(make);
        self.plan();
        self
    }

    /// [`provide`](Self::provide), for the `T` whose qualifier is `K`: that of `#[named(K)]`.
    ///
    /// # Panics
    ///
    /// If no route and no [job](Self::job) reaches it.
    #[must_use]
    #[track_caller]
    pub fn provide_named<K: 'static, T: Send + 'static>(
        mut self,
        make: impl Fn() -> T + Send + Sync + 'static,
    ) -> Self {
        self.overrides.provide_named::<K, T>(make);
        self.plan();
        self
    }

    /// Replaces what provides the type that `R` returns by `R`, a function with `#[provider(replace)]`: it has
    /// dependencies of its own, may be asynchronous, may fail, may have a teardown. In the place of a singleton it is called for each
    /// request that needs one.
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
    /// If no route and no [job](Self::job) reaches the type.
    #[must_use]
    #[track_caller]
    pub fn replace<R: Replacement<C>>(mut self) -> Self {
        self.overrides.replace::<R>();
        self.plan();
        self
    }

    /// Tells of a job, before what it alone reaches is replaced.
    ///
    /// ```
    /// # use di_server::{prelude::*, testing::TestClient};
    /// # #[derive(Container)] pub struct App {}
    /// # static TABLE: Table<App> = table![];
    /// # pub struct Mailer(&'static str);
    /// # #[provider]
    /// # fn mailer() -> Mailer { Mailer("smtp") }
    /// #[job]
    /// async fn nightly(mailer: &Mailer) -> String {
    ///     format!("sent by {}", mailer.0)
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() {
    /// # let app = App::builder().build().await.unwrap();
    /// let client = TestClient::new(app, &TABLE).job::<nightly>().provide::<Mailer>(|| Mailer("nobody"));
    /// assert_eq!(client.run::<nightly>().await.unwrap(), "sent by nobody");
    /// # }
    /// ```
    #[must_use]
    pub fn job<J: Job<C>>(mut self) -> Self {
        self.overrides.job::<J>();
        self
    }

    /// Runs a job with the overrides of this client.
    ///
    /// # Errors
    ///
    /// As [`Application::run`].
    pub async fn run<J: Job<C>>(&self) -> Result<J::Output, JobError<J::Error>> {
        self.app.run_with::<J>(&self.overrides).await
    }

    /// Takes all overrides back. Cookies are kept.
    #[must_use]
    pub fn clear_overrides(mut self) -> Self {
        self.overrides.clear();
        self.plan();
        self
    }

    /// Plans anew, with the overrides there are. A server that runs is one of the old plan: another takes its place.
    #[track_caller]
    fn plan(&mut self) {
        self.target = Target::new(self.app.service_with(self.table, &self.overrides), &self.layers);
        #[cfg(feature = "test-server")]
        if self.server.is_some() {
            self.server = Some(self.target.served());
        }
    }

    /// Ends the application: see [`Application::shutdown`].
    ///
    /// # Cancel safety
    ///
    /// As `Application::shutdown`.
    pub async fn shutdown(self) {
        let Self { app, target, overrides, .. } = self;
        #[cfg(feature = "test-server")]
        if let Some(server) = self.server {
            server.stop().await;
        }
        drop((target, overrides));
        app.shutdown().await;
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &Application<C> {
        &self.app
    }

    /// The service that requests go to, without [layers](Self::layer): for what this client has no method for.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.target.service
    }

    /// Starts a `GET`.
    pub fn get(&self, uri: impl AsRef<str>) -> TestRequest {
        self.request(Method::GET, uri)
    }

    /// Starts a `POST`.
    pub fn post(&self, uri: impl AsRef<str>) -> TestRequest {
        self.request(Method::POST, uri)
    }

    /// Starts a `PUT`.
    pub fn put(&self, uri: impl AsRef<str>) -> TestRequest {
        self.request(Method::PUT, uri)
    }

    /// Starts a `PATCH`.
    pub fn patch(&self, uri: impl AsRef<str>) -> TestRequest {
        self.request(Method::PATCH, uri)
    }

    /// Starts a `DELETE`.
    pub fn delete(&self, uri: impl AsRef<str>) -> TestRequest {
        self.request(Method::DELETE, uri)
    }

    /// Starts the handshake of a websocket: `client.websocket("/chat/rust").connect().await`; over HTTP/1.1 where requests go
    /// over a socket.
    #[cfg(feature = "websocket")]
    pub fn websocket(&self, uri: impl AsRef<str>) -> super::TestHandshake {
        super::TestHandshake::new(self.request(Method::GET, uri))
    }

    /// Starts a request. `uri` is a path with its query, such as [`get_user::uri(42)`](crate::RoutePath), or a whole URI.
    pub fn request(&self, method: Method, uri: impl AsRef<str>) -> TestRequest {
        let request = TestRequest::new(self.target.clone(), method, uri.as_ref()).with_jar(self.jar.as_ref());
        #[cfg(feature = "test-server")]
        let request = request.at(self.server.as_ref());
        request
    }

    /// Puts a layer of tower around the application, as [`Server::layer`](crate::Server::layer) does: several are a tuple, of which the
    /// first is the outermost; of several calls the last is the outermost.
    ///
    /// ```
    /// # use di_server::{prelude::*, testing::TestClient};
    /// # #[derive(Container)] pub struct App {}
    /// use tower_http::cors::CorsLayer;
    ///
    /// # #[get("/")]
    /// # async fn home() -> &'static str { "hello" }
    /// # static TABLE: Table<App> = table![home];
    /// # #[tokio::main]
    /// # async fn main() {
    /// # let app = App::builder().build().await.unwrap();
    /// let client = TestClient::new(app, &TABLE).layer(CorsLayer::permissive());
    /// client.get("/").await.assert_text("hello").assert_header("access-control-allow-origin", "*");
    /// # }
    /// ```
    #[must_use]
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: GroupLayer<B> + Send + Sync + 'static,
    {
        self.layers.push(Arc::new(move |inner| layer.around(inner)));
        self.plan();
        self
    }

    /// Keeps the cookies that responses set, and sends them along from now on, as a browser does: by name and `Path`, until a
    /// response takes them back. `Domain` and `Secure` make no difference, nor does time.
    #[must_use]
    pub fn cookies(mut self) -> Self {
        self.jar = Some(Arc::default());
        self
    }

    /// The value of a cookie that this client keeps.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.as_ref()?.value(name)
    }

    /// Starts the server on a free port of this machine, and sends requests there from now on, each over a connection of its own,
    /// by HTTP/1.1; on tokio. The server stops when the client is dropped, or by [`shutdown`](Self::shutdown).
    ///
    /// Where providers are replaced after this, another server takes its place, on another port.
    ///
    /// ```
    /// # use di_server::{prelude::*, testing::TestClient};
    /// # #[derive(Container)] pub struct App {}
    /// #[get("/me")]
    /// async fn me(client: ConnectInfo) -> String {
    ///     client.0.ip().to_string()
    /// }
    ///
    /// static TABLE: Table<App> = table![me];
    ///
    /// # #[tokio::main]
    /// # async fn main() {
    /// let app = App::builder().build().await.unwrap();
    /// let client = TestClient::new(app, &TABLE).over_socket().await;
    /// client.get("/me").await.assert_text("127.0.0.1");
    /// client.shutdown().await;
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If no port can be had.
    #[cfg(feature = "test-server")]
    #[must_use]
    pub async fn over_socket(mut self) -> Self {
        self.server = Some(self.target.served());
        self
    }

    /// Where the server listens, if there is one.
    #[cfg(feature = "test-server")]
    #[must_use]
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        self.server.as_ref().map(|server| server.address())
    }
}

impl<C: Container> fmt::Debug for TestClient<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").field("overrides", &self.overrides).finish_non_exhaustive()
    }
}
