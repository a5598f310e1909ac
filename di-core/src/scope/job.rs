//! How does the graph serve something other than a request?
//!
//! A job is a handler without a request: the same plan, the same block, the same teardowns. The engine knows only
//! responses, so what a job returns travels in one, and so does the failure of what it depends on.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;

use super::{
    Answering,
    after::Sent,
    block::BlockRef,
    drive::Keep,
    request::{Env, ResponseFuture},
};
use crate::{body::BoxError, graph::RouteRecord, response::Response};

/// Why a job was not done.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobError<E> {
    /// The job's own error.
    Job(E),
    /// Something that the job depends on could not be built.
    Dependency {
        /// The provider that failed.
        provider: &'static str,
        /// Its error.
        source: BoxError,
    },
    /// The job panicked, with this message.
    Panic(String),
    /// The job was done, and what it had used could not be torn down; the log says why.
    Teardown,
}

impl<E: fmt::Display> fmt::Display for JobError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Job(error) => write!(f, "the job failed: {error}"),
            Self::Dependency { provider, source } => write!(f, "provider `{provider}` failed: {source}"),
            Self::Panic(message) => write!(f, "the job panicked: {message}"),
            Self::Teardown => f.write_str("a teardown failed after the job was done"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for JobError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Job(error) => Some(error),
            Self::Dependency { source, .. } => Some(&**source),
            Self::Panic(_) | Self::Teardown => None,
        }
    }
}

/// What travels in a response of a job.
#[derive(Clone)]
struct Parcel(Arc<Mutex<Option<Inside>>>);

enum Inside {
    /// A `Result` of the job's output and error.
    Returned(Box<dyn Any + Send>),
    Dependency(&'static str, BoxError),
    Panic(String),
}

fn parcel(status: StatusCode, inside: Inside) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response.extensions_mut().insert(Parcel(Arc::new(Mutex::new(Some(inside)))));
    response
}

/// The end of a job that a provider's failure kept from running.
pub(super) fn refused(provider: &'static str, source: BoxError) -> Response {
    parcel(StatusCode::INTERNAL_SERVER_ERROR, Inside::Dependency(provider, source))
}

/// The end of a job that panicked.
pub(super) fn panicked(message: &str) -> Response {
    parcel(StatusCode::INTERNAL_SERVER_ERROR, Inside::Panic(message.to_owned()))
}

/// The output of a job that cannot fail.
#[derive(Debug)]
pub struct JobValue;

/// The output of a job that returns a `Result`.
#[derive(Debug)]
pub struct JobResult;

impl<T: Send + 'static> Answering<T> for JobValue {
    fn answer(_: &RouteRecord, output: T) -> Response {
        let output: Result<T, std::convert::Infallible> = Ok(output);
        parcel(StatusCode::OK, Inside::Returned(Box::new(output)))
    }
}

impl<T: Send + 'static, E: Send + 'static> Answering<Result<T, E>> for JobResult {
    fn answer(_: &RouteRecord, output: Result<T, E>) -> Response {
        let status = if output.is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
        parcel(status, Inside::Returned(Box::new(output)))
    }
}

/// Runs a job, whose plan is the only one of `env`.
pub(crate) async fn run<T: 'static, E: 'static>(env: Arc<Env>, job: &'static RouteRecord) -> Result<T, JobError<E>> {
    let block = BlockRef::without_request(env, Some(job), Keep::ForJob);
    let response = ResponseFuture::of(block.clone()).await;
    if block.plan().lingers {
        Sent::new(block).finish().await;
    }
    // A teardown that failed has put a response of its own in the place of the job's.
    let Some(Parcel(parcel)) = response.extensions().get::<Parcel>() else { return Err(JobError::Teardown) };
    match parcel.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(Inside::Returned(output)) => {
            let output: Box<Result<T, E>> = output.downcast().expect("a job returns what its type says");
            output.map_err(JobError::Job)
        }
        Some(Inside::Dependency(provider, source)) => Err(JobError::Dependency { provider, source }),
        Some(Inside::Panic(message)) => Err(JobError::Panic(message)),
        None => unreachable!("a parcel is opened once"),
    }
}
