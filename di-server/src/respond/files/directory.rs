//! How is a directory served, and nothing but it?

use std::{
    ffi::OsStr,
    fs, io,
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use di_core::{
    Executor,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header::CONTENT_ENCODING};

use super::{
    File, Target,
    answer::{self, Want},
    encoding, failed, not_found,
    open::{Open, content_type},
};
use crate::respond::{Redirect, parts::vary};

/// A directory whose files are served; with the feature `files`.
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// static ASSETS: Directory = Directory::new("src").index("lib.rs");
///
/// #[get("/static/{*path}")]
/// async fn assets(path: Path<String>) -> File {
///     ASSETS.file(&path)
/// }
///
/// #[get("/static/")]
/// async fn start() -> File {
///     ASSETS.file("")
/// }
/// # static TABLE: Table<App> = table![assets, start];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// # client.get("/static/lib.rs").await.assert_status(200);
/// # client.get("/static/").await.assert_status(200);
/// # client.get("/static/respond").await.assert_status(404);
/// # client.get("/static/..%2FCargo.toml").await.assert_status(404);
/// # }
/// ```
///
/// It may as well be a singleton, whose root comes from the configuration: see [`at`](Self::at).
///
/// What is served lies in the directory: a path is refused, with a 404, that has a `..`, a `.`, an empty segment, a backslash or
/// a NUL, and so is a link that leads outside. Hidden files, whose names or directories begin with a dot, are not there unless
/// [`hidden`](Self::hidden) says so. Files are looked up anew for each request.
#[derive(Debug, Clone)]
pub struct Directory {
    root: Root,
    index: Option<&'static str>,
    fallback: Option<&'static str>,
    precompressed: bool,
    hidden: bool,
}

#[derive(Debug, Clone)]
enum Root {
    Static(&'static str),
    Owned(PathBuf),
}

impl Root {
    fn path(&self) -> &Path {
        match self {
            Self::Static(path) => Path::new(path),
            Self::Owned(path) => path,
        }
    }
}

impl Directory {
    /// The directory at `root`, relative to the working directory unless it begins at the top: for a `static`.
    #[must_use]
    pub const fn new(root: &'static str) -> Self {
        Self::of(Root::Static(root))
    }

    /// The directory at `root`, which is known at run time.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self::of(Root::Owned(root.into()))
    }

    const fn of(root: Root) -> Self {
        Self { root, index: None, fallback: None, precompressed: false, hidden: false }
    }

    /// Serves, for a directory within, its file of this name: `index.html`. A path without a slash at its end is redirected to
    /// the one with it, so that links in the file lead where they should.
    #[must_use]
    pub const fn index(mut self, name: &'static str) -> Self {
        self.index = Some(name);
        self
    }

    /// Serves this file, a path below the root, where there is none: for an application that runs in the browser and knows the
    /// path itself. Not in the place of what is refused.
    #[must_use]
    pub const fn fallback(mut self, path: &'static str) -> Self {
        self.fallback = Some(path);
        self
    }

    /// Serves, to clients that take it, what lies compressed beside a file: `app.js.br`, `app.js.zst` or `app.js.gz` for `app.js`.
    #[must_use]
    pub const fn precompressed(mut self) -> Self {
        self.precompressed = true;
        self
    }

    /// Serves hidden files too, such as those of `.well-known`.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The file at `path`, which a client may have given: decoded, and without a slash at its start.
    pub fn file(&self, path: &str) -> File {
        File(Target::Under(Under { directory: self.clone(), path: path.to_owned() }))
    }
}

/// A file that a client has named.
#[derive(Debug, Clone)]
pub(super) struct Under {
    directory: Directory,
    path: String,
}

/// What a path leads to.
enum Found {
    File(PathBuf),
    /// A directory with an index, but the path lacks the slash at its end.
    Slashless,
    Nothing,
    /// Something that is not served, whether it is there or not.
    Refused,
}

/// The answer with what a client has named.
pub(super) fn file(under: &Under, want: &Want, executor: Executor) -> io::Result<Response> {
    let directory = &under.directory;
    // Without a root, nothing in it is to be found: which is the fault of whoever runs the service.
    let root = directory.root.path().canonicalize().map_err(|error| {
        let root = directory.root.path().display();
        io::Error::other(format!("the directory `{root}` is not there: {error}"))
    })?;
    match find(directory, &root, &under.path)? {
        Found::File(path) => send(directory, &root, &path, want, executor),
        Found::Slashless => Ok(with_slash(want)),
        Found::Refused => Ok(not_found()),
        Found::Nothing => match directory.fallback.map(|path| find(directory, &root, path)).transpose()? {
            Some(Found::File(path)) => send(directory, &root, &path, want, executor),
            _ => Ok(not_found()),
        },
    }
}

fn find(directory: &Directory, root: &Path, path: &str) -> io::Result<Found> {
    let (path, is_directory) = match path.strip_suffix('/') {
        Some(path) => (path, true),
        None => (path, path.is_empty()),
    };
    if !path.is_empty() && !path.split('/').all(|segment| may_be_served(segment, directory.hidden)) {
        return Ok(Found::Refused);
    }
    let Some(found) = within(directory, root, &root.join(path))? else { return Ok(Found::Nothing) };
    let metadata = fs::metadata(&found)?;
    if !metadata.is_dir() {
        return Ok(if metadata.is_file() && !is_directory { Found::File(found) } else { Found::Nothing });
    }
    let Some(index) = directory.index else { return Ok(Found::Nothing) };
    match within(directory, root, &found.join(index))? {
        Some(index) if index.is_file() => Ok(if is_directory { Found::File(index) } else { Found::Slashless }),
        _ => Ok(Found::Nothing),
    }
}

/// Whether a segment of a path names something that may be served.
fn may_be_served(segment: &str, hidden: bool) -> bool {
    let plain = Path::new(segment).components().eq([Component::Normal(OsStr::new(segment))]);
    let strange = |c: char| matches!(c, '\\' | '\0' | '/') || cfg!(windows) && c == ':';
    plain && !segment.contains(strange) && (hidden || !segment.starts_with('.'))
}

/// Where a path leads, links and all, if that is within the root and there is something.
fn within(directory: &Directory, root: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(relative) = path.strip_prefix(root) else {
        tracing::warn!("`{}` is not served: a link leads there, out of `{}`", path.display(), root.display());
        return Ok(None);
    };
    let is_hidden = relative.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    Ok((directory.hidden || !is_hidden).then_some(path))
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
}

/// The answer with a file, or with its compressed sibling.
fn send(directory: &Directory, root: &Path, path: &Path, want: &Want, executor: Executor) -> io::Result<Response> {
    if !directory.precompressed {
        return answer::file(path, want, executor);
    }
    let mut response = sibling(directory, root, path, want, &executor)
        .unwrap_or_else(|| answer::file(path, want, executor.clone()))
        .unwrap_or_else(|error| failed(&error));
    vary(response.headers_mut(), &HeaderValue::from_static("Accept-Encoding"));
    Ok(response)
}

/// The answer with the compressed sibling that the client likes best, if there is one.
fn sibling(
    directory: &Directory,
    root: &Path,
    path: &Path,
    want: &Want,
    executor: &Executor,
) -> Option<io::Result<Response>> {
    encoding::accepted(&want.headers).into_iter().find_map(|coding| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(coding.ending);
        let sibling = within(directory, root, Path::new(&name)).ok()??;
        let open = Open::at(&sibling, format_args!("-{}", coding.ending)).ok()?;
        Some(answer::opened(open, content_type(path), want, executor.clone()).map(|mut response| {
            if response.status().is_success() {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name));
            }
            response
        }))
    })
}

/// Sends a client to the path with a slash at its end: relative to where it is, so that no host can be slipped in.
fn with_slash(want: &Want) -> Response {
    let name = want.path.rsplit('/').next().unwrap_or_default();
    let query = want.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
    Redirect::permanent(format_args!("./{name}/{query}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_names_a_file_and_nothing_else() {
        for segment in ["a", "a.b", "a b", "café", "~", "%2e%2e"] {
            assert!(may_be_served(segment, false), "{segment}");
        }
        for segment in ["", ".", "..", "a\\b", "a\0", "/", "a/b", "\\"] {
            assert!(!may_be_served(segment, false) && !may_be_served(segment, true), "{segment:?}");
        }
        assert!(!may_be_served(".env", false) && may_be_served(".env", true));
    }
}
