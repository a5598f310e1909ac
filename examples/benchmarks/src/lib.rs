//! The work that the three servers share: what a chain of rate limiter, session, user and handler does, without a
//! database, and how it is counted.
//!
//! `run.sh` beside this crate measures it; see there.

mod counting;

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::Serialize;

pub use counting::quit;

/// Requests that the limiter lets through: more than any measurement makes.
const LIMIT: u64 = 1 << 40;

/// Counts requests.
#[derive(Debug, Default)]
pub struct Limiter {
    used: AtomicU64,
}

impl Limiter {
    /// Whether one more request is allowed.
    pub fn admit(&self) -> bool {
        self.used.fetch_add(1, Ordering::Relaxed) < LIMIT
    }
}

/// Stands for a database.
#[derive(Debug, Default)]
pub struct Pool {
    begun: AtomicU64,
    committed: AtomicU64,
}

/// Stands for a transaction.
#[derive(Debug)]
pub struct Session {
    /// Its number.
    pub id: u64,
    /// Statements run so far.
    pub statements: u64,
}

/// What a database fails with.
#[derive(Debug)]
pub struct DbError;

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database is gone")
    }
}

impl std::error::Error for DbError {}

/// Whoever the token says.
#[derive(Debug)]
pub struct User {
    /// Whose number is that of the session.
    pub number: u64,
    /// The token.
    pub name: String,
}

/// What the handler answers.
#[derive(Debug, Serialize)]
pub struct UserOut {
    id: u64,
    name: String,
    statements: u64,
}

impl Pool {
    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// Never; a database would.
    pub fn begin_now(&self) -> Result<Session, DbError> {
        let id = self.begun.fetch_add(1, Ordering::Relaxed);
        if id == u64::MAX { Err(DbError) } else { Ok(Session { id, statements: 0 }) }
    }

    /// As [`begin_now`](Self::begin_now).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn begin(&self) -> Result<Session, DbError> {
        self.begin_now()
    }

    /// Commits.
    ///
    /// # Errors
    ///
    /// Never; a database would.
    #[expect(clippy::needless_pass_by_value, reason = "a transaction ends here")]
    pub fn commit_now(&self, session: Session) -> Result<(), DbError> {
        let before = self.committed.fetch_add(session.statements, Ordering::Relaxed);
        if before == u64::MAX { Err(DbError) } else { Ok(()) }
    }

    /// As [`commit_now`](Self::commit_now).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn commit(&self, session: Session) -> Result<(), DbError> {
        self.commit_now(session)
    }
}

impl Session {
    /// Finds the user of a token.
    pub fn user_now(&mut self, token: &str) -> Option<User> {
        self.statements += 1;
        (token != "bad").then(|| User { number: self.id, name: token.to_owned() })
    }

    /// As [`user_now`](Self::user_now).
    pub async fn user(&mut self, token: &str) -> Option<User> {
        self.user_now(token)
    }

    /// What the handler does.
    pub fn describe_now(&mut self, id: u64, user: &User) -> UserOut {
        self.statements += 1;
        UserOut { id, name: user.name.clone(), statements: self.statements }
    }

    /// As [`describe_now`](Self::describe_now).
    pub async fn describe(&mut self, id: u64, user: &User) -> UserOut {
        self.describe_now(id, user)
    }
}

/// The variant and the port that a server was started with.
///
/// # Panics
///
/// Without them.
#[must_use]
pub fn arguments() -> (String, u16) {
    let mut args = std::env::args().skip(1);
    let variant = args.next().expect("the first argument is the variant");
    let port = args.next().and_then(|port| port.parse().ok()).expect("the second argument is the port");
    (variant, port)
}
