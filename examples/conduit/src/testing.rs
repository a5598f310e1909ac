//! A Conduit of its own for each test, on each of the databases.
//!
//! A test runs on SQLite in a file of its own, and on a database of its own of one PostgreSQL, which the first test starts from
//! what is installed, and which ends with the tests. Where none is installed those tests say so and pass, unless
//! `CONDUIT_POSTGRES=require` insists on one.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use di_server::{
    prelude::*,
    testing::{TestRequest, TestResponse},
};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, postgres::PgConnection};

use crate::{App, TABLE, config::Config, settings};

/// Writes each test twice: `name::on_sqlite`, `name::on_postgres`.
macro_rules! on_each_database {
    ($($(#[$attr:meta])* async fn $name:ident($conduit:ident: Conduit) $body:block)*) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn test($conduit: Conduit) $body

                $(#[$attr])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_sqlite() {
                    test(Conduit::on_sqlite().await).await;
                }

                $(#[$attr])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_postgres() {
                    if let Some(conduit) = Conduit::on_postgres().await {
                        test(conduit).await;
                    }
                }
            }
        )*
    };
}

pub(crate) use on_each_database;

/// An application with nobody in it.
pub(crate) struct Conduit {
    pub(crate) client: TestClient<App>,
    file: Option<PathBuf>,
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("conduit_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Conduit {
    async fn at(database_url: String, file: Option<PathBuf>) -> Self {
        let config = Config { database_url, jwt_secret: "of tests".to_owned(), ..Config::default() };
        let app = App::builder().config(config).settings(settings()).build().await.expect("the application starts");
        Self { client: TestClient::new(app, &TABLE), file }
    }

    pub(crate) async fn on_sqlite() -> Self {
        let file = std::env::temp_dir().join(unique());
        Self::at(format!("sqlite:{}?mode=rwc", file.display()), Some(file)).await
    }

    /// `None` where there is no PostgreSQL.
    pub(crate) async fn on_postgres() -> Option<Self> {
        let server = POSTGRES.as_ref()?;
        let name = unique();
        let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("PostgreSQL runs");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        connection.execute(sqlx::query(create)).await.expect("there is no such database");
        Some(Self::at(server.url(&name), None).await)
    }

    /// Of PostgreSQL: ends its connections too.
    pub(crate) async fn drop_database(&self) {
        let server = POSTGRES.as_ref().expect("PostgreSQL runs");
        let name = sqlx::query_scalar("SELECT CAST(current_database() AS TEXT)");
        let name: String = name.fetch_one(self.client.app().db.pool()).await.expect("it is there");
        let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("PostgreSQL runs");
        let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
        connection.execute(sqlx::query(drop)).await.expect("it can be dropped");
    }

    /// Registers a user, and gives the token.
    pub(crate) async fn register(&self, name: &str) -> String {
        let user = json!({"username": name, "email": format!("{name}@example.com"), "password": format!("password of {name}")});
        let response = self.client.post("/api/users").json(&json!({"user": user})).await;
        let registered: Value = response.assert_status(201).json();
        registered["user"]["token"].as_str().expect("a token").to_owned()
    }

    /// Publishes an article, and gives its slug.
    pub(crate) async fn publish(&self, token: &str, title: &str, tags: &[&str]) -> String {
        let article = json!({"title": title, "description": "about it", "body": "all of it", "tagList": tags});
        let request = self.as_user(Method::POST, "/api/articles", token).json(&json!({"article": article}));
        let published: Value = request.await.assert_status(201).json();
        published["article"]["slug"].as_str().expect("a slug").to_owned()
    }

    /// What is answered to a request that is sent while another's transaction, of this query, is still open.
    pub(crate) async fn after(&self, query: &'static str, request: TestRequest) -> TestResponse {
        let mut other = self.client.app().db.pool().begin().await.expect("a connection is free");
        other.execute(query).await.expect("the query is as it should be");
        let commit = async {
            // Time enough for the request to read what is about to change.
            tokio::time::sleep(Duration::from_millis(300)).await;
            other.commit().await.expect("the other was first");
        };
        tokio::join!(request.send(), commit).0
    }

    /// A request of the user who has the token.
    pub(crate) fn as_user(&self, method: Method, uri: &str, token: &str) -> TestRequest {
        self.client.request(method, uri).header("authorization", &format!("Token {token}"))
    }
}

impl Drop for Conduit {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            if let Some(file) = &self.file {
                let _ = fs::remove_file(format!("{}{suffix}", file.display()));
            }
        }
    }
}

/// A server that ends with this process, since that closes the pipe which it listens to.
struct Postgres {
    _process: Child,
    port: u16,
}

static POSTGRES: LazyLock<Option<Postgres>> = LazyLock::new(|| {
    let started = Postgres::start();
    if started.is_none() {
        let insisted = std::env::var("CONDUIT_POSTGRES").is_ok_and(|value| value == "require");
        assert!(!insisted, "`CONDUIT_POSTGRES=require`, and no PostgreSQL could be started");
        // Not `eprintln`, which is shown only of tests that fail.
        let _ = writeln!(io::stderr(), "skipped on PostgreSQL: none is installed, or it does not start");
    }
    started
});

impl Postgres {
    fn start() -> Option<Self> {
        let mut command = Command::new("sh");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres.sh"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().ok()?;
        let mut port = String::new();
        BufReader::new(process.stdout.take()?).read_line(&mut port).ok()?;
        Some(Self { port: port.trim().parse().ok()?, _process: process })
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://conduit@127.0.0.1:{}/{database}", self.port)
    }
}
