//! How is what lies on a disk sent?
//!
//! Files are opened, judged and read on the application's blocking pool, a piece at a time: a slow client holds no thread.

mod answer;
mod body;
mod directory;
mod encoding;
mod open;

use std::path::PathBuf;

use di_core::{
    describe::{Replies, Reply, Schema},
    response::{IntoResponse, Problem, Response, later, unexplained},
};
use http::StatusCode;

pub use self::directory::Directory;
use self::{answer::Want, directory::Under};

/// A file as a response, with its type by its name; with the feature `files`.
///
/// To a `GET` it is sent whole, or the one range that is asked for, or not at all to a client that has it: `ETag` and
/// `Last-Modified` come from the file's size and time, and `Range`, `If-Range`, `If-None-Match` and their like are obeyed
/// ([RFC 9110 §13, §14](https://www.rfc-editor.org/rfc/rfc9110#section-13)). Of several ranges at once the whole is sent. To
/// other methods it is sent whole.
///
/// What is no file, or not there, is a 404; what cannot be read is a 500, and the log says why. One that becomes shorter while
/// it is being sent ends the connection.
///
/// A path is opened as it is: where a client names the file, a [`Directory`] keeps it within bounds.
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// #[get("/report")]
/// async fn report() -> (Attachment, File) {
///     (Attachment::named("report.toml"), File::new("Cargo.toml"))
/// }
/// # static TABLE: Table<App> = table![report];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
///
/// let part = client.get("/report").header("Range", "bytes=0-8").await;
/// part.assert_status(206).assert_text("[package]");
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a file is sent by being returned"]
pub struct File(Target);

/// Where a file is.
#[derive(Debug, Clone)]
enum Target {
    At(PathBuf),
    Under(Under),
}

impl File {
    /// The file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Target::At(path.into()))
    }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        later(move |asked| {
            let want = Want::new(&asked);
            let executor = asked.executor.clone();
            let job = executor.run_blocking({
                let executor = executor.clone();
                move || match self.0 {
                    Target::At(path) => answer::file(&path, &want, executor),
                    Target::Under(under) => directory::file(&under, &want, executor),
                }
            });
            async move { job.await.unwrap_or_else(|error| failed(&error)) }
        })
    }

    fn describe(replies: &mut Replies) {
        replies.ok("*/*", Schema::BYTES);
        let part = Reply::new(StatusCode::PARTIAL_CONTENT, "The part that the request asks for.");
        replies.push(part.content("*/*", Schema::BYTES));
        replies.push(Reply::new(StatusCode::NOT_MODIFIED, "The client has this version."));
        replies.problem(StatusCode::NOT_FOUND, "There is no such file.");
        replies.problem(StatusCode::PRECONDITION_FAILED, "The client asks for another version.");
        replies.problem(StatusCode::RANGE_NOT_SATISFIABLE, "It has no such part.");
    }
}

/// The answer for a file that cannot be had.
fn failed(error: &std::io::Error) -> Response {
    use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    if matches!(error.kind(), NotFound | NotADirectory | InvalidFilename | PermissionDenied) {
        tracing::debug!("a file could not be opened: {error}");
        return not_found();
    }
    unexplained(format!("a file could not be read: {error}"))
}

fn not_found() -> Response {
    Problem::new(StatusCode::NOT_FOUND).detail("there is no such file").into_response()
}
