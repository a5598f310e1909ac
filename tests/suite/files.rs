//! What is sent of what lies on a disk?

use std::{
    fs,
    path::{Path as FilePath, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime},
};

use di_server::prelude::*;
use http_body_util::BodyExt;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, get, request, send},
};

/// A directory of a case's own.
pub struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("files-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let place = Self(FilePath::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        fs::create_dir_all(place.0.join("public/nested")).unwrap();
        place.write("public/hello.txt", "hello, world");
        place.write("public/app.js", "plain");
        place.write("public/app.js.br", "brotli");
        place.write("public/app.js.gz", "gzip");
        place.write("public/empty.css", "");
        place.write("public/index.html", "<start>");
        place.write("public/nested/index.html", "<nested>");
        place.write("public/nested/unknown.kind", "?");
        place.write("public/.env", "secret");
        place.write("secret.txt", "secret");
        fs::create_dir_all(place.0.join("public/.git")).unwrap();
        place.write("public/.git/config", "secret");
        place.write("public/large.bin", &large());
        place
    }

    fn write(&self, path: &str, content: &str) {
        fs::write(self.0.join(path), content).unwrap();
        // Of what is a moment old there may be two versions of one date.
        let file = fs::File::options().append(true).open(self.0.join(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(10)).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// More than a few pieces, no two of which are the same.
fn large() -> String {
    (0..40_000).map(|number| format!("{number:07} ")).collect()
}

#[derive(Container)]
pub struct App {
    #[container(input)]
    place: Place,
    #[container(input)]
    plain: Directory,
    #[container(input, name = Pages)]
    pages: Directory,
    #[container(input, name = Hidden)]
    hidden: Directory,
}

pub struct Pages;
pub struct Hidden;

#[get("/file/{*path}")]
async fn file(path: Path<String>, place: &Place, parts: &mut ResponseParts) -> File {
    parts.set(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    File::new(place.0.join(&*path))
}

#[post("/file/{*path}")]
fn posted(path: Path<String>, place: &Place) -> File {
    File::new(place.0.join(&*path))
}

#[get("/saved")]
async fn saved(place: &Place) -> (Attachment, [(HeaderName, &'static str); 1], File) {
    (Attachment::named("hi.txt"), [(header::CONTENT_TYPE, "text/x-hi")], File::new(place.0.join("public/hello.txt")))
}

#[get("/sorry")]
async fn sorry(place: &Place) -> (StatusCode, File) {
    (StatusCode::NOT_FOUND, File::new(place.0.join("public/index.html")))
}

#[get("/plain/{*path}")]
async fn plain(path: Path<String>, directory: &Directory) -> File {
    directory.file(&path)
}

#[get("/pages/{*path}")]
async fn pages(path: Path<String>, #[named(Pages)] directory: &Directory) -> File {
    directory.file(&path)
}

#[get("/pages/")]
async fn start(#[named(Pages)] directory: &Directory) -> File {
    directory.file("")
}

#[get("/hidden/{*path}")]
async fn hidden(path: Path<String>, #[named(Hidden)] directory: &Directory) -> File {
    directory.file(&path)
}

static NOWHERE: Directory = Directory::new("/there/is/no/such/directory");

#[get("/nowhere")]
async fn nowhere() -> File {
    NOWHERE.file("a")
}

#[get("/note")]
async fn note() -> ([(HeaderName, &'static str); 1], Tagged<Json<u8>>) {
    ([(header::CACHE_CONTROL, "max-age=1")], Tagged::new(ETag::strong(7), Json(1)))
}

#[put("/note")]
async fn put_note(preconditions: Preconditions, body: String) -> Result<Tagged<String>, Problem> {
    preconditions.check(&ETag::strong(7))?;
    Ok(Tagged::new(ETag::strong(8), body))
}

static TABLE: Table<App> = table![file, posted, saved, sorry, plain, pages, start, hidden, nowhere, note, put_note];

async fn service(rt: Rt) -> (Application<App>, di_server::Service) {
    let place = Place::new();
    let public = place.0.join("public");
    let pages = Directory::at(&public).index("index.html").precompressed().fallback("index.html");
    let builder = App::builder().plain(Directory::at(&public)).pages(pages);
    let builder = builder.hidden(Directory::at(&public).hidden()).place(place);
    let app = builder.runtime(rt).build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

async fn with(service: &di_server::Service, method: &str, uri: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = request(method, uri);
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().expect("a header"));
    }
    send(service, request).await
}

async fn a_file_is_sent_with_its_type_and_version(rt: Rt) {
    let (_app, service) = service(rt).await;
    for (uri, content_type, body) in [
        ("/file/public/hello.txt", "text/plain; charset=utf-8", "hello, world"),
        ("/file/public/empty.css", "text/css; charset=utf-8", ""),
        ("/plain/hello.txt", "text/plain; charset=utf-8", "hello, world"),
        ("/plain/nested/unknown.kind", "application/octet-stream", "?"),
    ] {
        let answer = get(&service, uri).await;
        answer.is(200, body);
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("etag").is_some_and(|tag| tag.starts_with('"')));
        assert!(answer.header("last-modified").is_some());
        let head = send(&service, request("HEAD", uri)).await;
        head.is(200, "");
        assert_eq!(head.header("content-length"), Some(body.len().to_string().as_str()));
        assert_eq!(head.header("etag"), answer.header("etag"));
    }
    assert_eq!(get(&service, "/file/secret.txt").await.header("cache-control"), Some("private"), "a provider's own");
}

async fn a_large_file_is_sent_in_pieces(rt: Rt) {
    let (_app, service) = service(rt).await;
    let response = service.handle(request("GET", "/plain/large.bin"), None).await;
    assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(320_000));
    let (mut body, mut read, mut frames) = (response.into_body(), Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        read.extend_from_slice(&frame.expect("no error").into_data().expect("data"));
        frames += 1;
        assert_eq!(http_body::Body::size_hint(&body).exact(), Some(320_000 - read.len() as u64));
    }
    assert!(read == large().as_bytes() && frames > 3, "{frames} frames");
    let part = with(&service, "GET", "/plain/large.bin", &[("range", "bytes=100000-299999")]).await;
    part.is_status(206);
    assert!(part.body == large()[100_000..300_000]);
}

async fn a_file_that_becomes_shorter_breaks_off(rt: Rt) {
    let (app, service) = service(rt).await;
    let mut body = service.handle(request("GET", "/plain/large.bin"), None).await.into_body();
    assert!(body.frame().await.expect("a frame").is_ok());
    let file = fs::OpenOptions::new().write(true).open(app.place.0.join("public/large.bin")).unwrap();
    file.set_len(100_000).unwrap();
    loop {
        match body.frame().await {
            Some(Ok(_)) => {}
            Some(Err(_)) => break,
            None => panic!("a part of the file was taken for the whole"),
        }
    }
    assert!(body.frame().await.is_none());
}

async fn one_range_of_a_file_is_sent(rt: Rt) {
    let (_app, service) = service(rt).await;
    const URI: &str = "/plain/hello.txt";
    let whole = get(&service, URI).await;
    let (tag, date) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());
    for (headers, status, range, body) in [
        (&[("range", "bytes=0-4")][..], 206, Some("bytes 0-4/12"), "hello"),
        (&[("range", "bytes=-5")], 206, Some("bytes 7-11/12"), "world"),
        (&[("range", "bytes=7-")], 206, Some("bytes 7-11/12"), "world"),
        (&[("range", "bytes=0-1,3-4")], 200, None, "hello, world"),
        (&[("range", "junk")], 200, None, "hello, world"),
        (&[("range", "bytes=0-4"), ("if-range", tag)], 206, Some("bytes 0-4/12"), "hello"),
        (&[("range", "bytes=0-4"), ("if-range", date)], 206, Some("bytes 0-4/12"), "hello"),
        (&[("range", "bytes=0-4"), ("if-range", "\"other\"")], 200, None, "hello, world"),
        (&[("range", "bytes=0-4"), ("if-none-match", tag)], 304, None, ""),
    ] {
        let answer = with(&service, "GET", URI, headers).await;
        answer.is(status, body);
        assert_eq!(answer.header("content-range"), range, "{headers:?}");
        assert_eq!(answer.header("etag"), Some(tag));
    }
    let past = with(&service, "GET", URI, &[("range", "bytes=12-")]).await;
    past.is_status(416);
    assert_eq!(past.header("content-range"), Some("bytes */12"));
    let head = with(&service, "HEAD", URI, &[("range", "bytes=0-4")]).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, Some("12")));
    with(&service, "POST", "/file/public/hello.txt", &[("range", "bytes=0-4"), ("if-none-match", "*")])
        .await
        .is(200, "hello, world");
}

async fn a_client_that_has_a_file_is_told_so(rt: Rt) {
    let (app, service) = service(rt).await;
    const URI: &str = "/plain/hello.txt";
    let whole = get(&service, URI).await;
    let (tag, date) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());
    let listed = format!("\"other\", W/{tag}");
    for (name, value, status) in [
        ("if-none-match", tag, 304),
        ("if-none-match", &listed, 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", date, 304),
        ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ("if-match", tag, 200),
        ("if-match", "\"other\"", 412),
        ("if-unmodified-since", date, 200),
        ("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT", 412),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = with(&service, method, URI, &[(name, value)]).await;
            answer.is_status(status);
            assert_eq!(answer.header("etag").is_some(), status < 400);
            assert!(status != 304 || answer.body.is_empty());
            assert!(status != 304 || answer.header("content-length").is_none(), "it would be that of the 200");
        }
    }
    let head = with(&service, "HEAD", "/note", &[("if-none-match", "\"7\"")]).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (304, None));
    app.place.write("public/hello.txt", "changed");
    with(&service, "GET", URI, &[("if-none-match", tag)]).await.is(200, "changed");
}

async fn a_tuple_sets_headers_and_status_of_a_file(rt: Rt) {
    let (_app, service) = service(rt).await;
    let saved = get(&service, "/saved").await;
    saved.is(200, "hello, world");
    assert_eq!(saved.header("content-type"), Some("text/x-hi"));
    assert_eq!(saved.header("content-disposition"), Some("attachment; filename=\"hi.txt\""));
    with(&service, "GET", "/saved", &[("range", "bytes=0-4")]).await.is(206, "hello");
    for headers in [&[("if-none-match", "*")][..], &[("range", "bytes=0-1")], &[]] {
        with(&service, "GET", "/sorry", headers).await.is(404, "<start>");
    }
}

async fn what_is_no_file_is_not_found(rt: Rt) {
    let (app, service) = service(rt).await;
    #[cfg(unix)]
    assert!(std::process::Command::new("mkfifo").arg(app.place.0.join("public/pipe")).status().unwrap().success());
    for uri in ["/file/nothing", "/file/public", "/file/public/hello.txt/x", "/file/public/pipe", "/plain/pipe"] {
        let answer = get(&service, uri).await;
        answer.is_status(404);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let long = "x".repeat(1000);
    get(&service, &format!("/plain/{long}")).await.is_status(404);
    get(&service, "/nowhere").await.is_status(500);
    drop(app);
}

async fn nothing_outside_of_a_directory_is_served(rt: Rt) {
    let (app, service) = service(rt).await;
    for path in [
        "../secret.txt",
        "..%2Fsecret.txt",
        "%2e%2e/secret.txt",
        "nested/../../secret.txt",
        "nested/..%2f../secret.txt",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "..\\secret.txt",
        "..%5Csecret.txt",
        "hello.txt%00",
        "%00",
        ".",
        "..",
        "./hello.txt",
        "nested//index.html",
        "/hello.txt",
        ".env",
        ".git/config",
        "nested/../.env",
        "hello.txt/",
        "nested",
        "nested/",
        "",
        "%252e%252e/secret.txt",
        "hello.txt%2F",
        "C:%5Csecret.txt",
        "~/secret.txt",
    ] {
        for directory in ["plain", "hidden"] {
            let answer = get(&service, &format!("/{directory}/{path}")).await;
            let shown = directory == "hidden" && matches!(path, ".env" | ".git/config");
            answer.is_status(if shown { 200 } else { 404 });
            assert!(shown || !answer.body.contains("secret\""), "{path}: {}", answer.body);
        }
    }
    let _ = app;
}

#[cfg(unix)]
async fn links_lead_nowhere_else(rt: Rt) {
    use std::os::unix::fs::symlink;
    let (app, service) = service(rt).await;
    let public = app.place.0.join("public");
    symlink(public.join("hello.txt"), public.join("inside.txt")).unwrap();
    symlink("../hello.txt", public.join("nested/up.txt")).unwrap();
    symlink(app.place.0.join("secret.txt"), public.join("outside.txt")).unwrap();
    symlink(&app.place.0, public.join("out")).unwrap();
    symlink(public.join(".env"), public.join("shown.txt")).unwrap();
    symlink("loop.txt", public.join("loop.txt")).unwrap();
    symlink(app.place.0.join("secret.txt"), public.join("hello.txt.gz")).unwrap();
    for (path, status) in
        [("inside.txt", 200), ("nested/up.txt", 200), ("outside.txt", 404), ("out/secret.txt", 404), ("shown.txt", 404)]
    {
        get(&service, &format!("/plain/{path}")).await.is_status(status);
    }
    assert_ne!(get(&service, "/plain/loop.txt").await.status, 200);
    with(&service, "GET", "/pages/hello.txt", &[("accept-encoding", "gzip")]).await.is(200, "hello, world");
}

#[cfg(not(unix))]
async fn links_lead_nowhere_else(_: Rt) {}

async fn a_directory_has_pages(rt: Rt) {
    let (app, service) = service(rt).await;
    get(&service, "/pages/").await.is(200, "<start>");
    get(&service, "/pages/nested/").await.is(200, "<nested>");
    get(&service, "/pages/nested/index.html").await.is(200, "<nested>");
    let slashless = get(&service, "/pages/nested?a=b").await;
    slashless.is(308, "");
    assert_eq!(slashless.header("location"), Some("./nested/?a=b"));
    for unknown in ["/pages/users/7", "/pages/hello.txt/", "/pages/hello.txt/x"] {
        get(&service, unknown).await.is(200, "<start>");
    }
    for refused in ["/pages/.env", "/pages/..%2Fsecret.txt", "/pages/a//b"] {
        get(&service, refused).await.is_status(404);
    }
    drop(app);
}

async fn a_compressed_sibling_is_sent_to_who_takes_it(rt: Rt) {
    let (app, service) = service(rt).await;
    for (accept, coding, body) in [
        ("gzip, br", Some("br"), "brotli"),
        ("gzip, br;q=0.1", Some("gzip"), "gzip"),
        ("zstd, gzip;q=0.1", Some("gzip"), "gzip"),
        ("zstd", None, "plain"),
        ("identity, br;q=0", None, "plain"),
    ] {
        let answer = with(&service, "GET", "/pages/app.js", &[("accept-encoding", accept)]).await;
        answer.is(200, body);
        assert_eq!(answer.header("content-encoding"), coding, "{accept}");
        assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    let plain = with(&service, "GET", "/plain/app.js", &[("accept-encoding", "br")]).await;
    plain.is(200, "plain");
    assert_eq!(plain.header("vary"), None);
    let brotli = with(&service, "GET", "/pages/app.js", &[("accept-encoding", "br")]).await;
    assert_ne!(brotli.header("etag"), plain.header("etag"), "each has a version of its own");
    // Written together, and as large: only what it is tells a file from its sibling.
    app.place.write("public/even.js", "plain");
    app.place.write("public/even.js.gz", "gzip!");
    app.place.write("public/even.js.br", "brot!");
    let now = SystemTime::now();
    for name in ["even.js", "even.js.gz", "even.js.br"] {
        let file = fs::OpenOptions::new().write(true).open(app.place.0.join("public").join(name)).unwrap();
        file.set_modified(now).unwrap();
    }
    let mut tags = Vec::new();
    for accept in ["identity", "gzip", "br"] {
        let answer = with(&service, "GET", "/pages/even.js", &[("accept-encoding", accept)]).await;
        tags.push(answer.header("etag").unwrap().to_owned());
    }
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    let again = [("accept-encoding", "br"), ("if-none-match", brotli.header("etag").unwrap())];
    let again = with(&service, "GET", "/pages/app.js", &again).await;
    again.is(304, "");
    assert_eq!((again.header("content-encoding"), again.header("vary")), (None, Some("Accept-Encoding")));
    with(&service, "GET", "/pages/hello.txt", &[("accept-encoding", "br")]).await.is(200, "hello, world");
}

async fn a_value_of_ones_own_has_versions_too(rt: Rt) {
    let (_app, service) = service(rt).await;
    let note = get(&service, "/note").await;
    note.is(200, "1");
    assert_eq!((note.header("etag"), note.header("cache-control")), (Some("\"7\""), Some("max-age=1")));
    let unchanged = with(&service, "GET", "/note", &[("if-none-match", "\"7\"")]).await;
    unchanged.is(304, "");
    assert_eq!((unchanged.header("etag"), unchanged.header("cache-control")), (Some("\"7\""), Some("max-age=1")));
    assert_eq!(unchanged.header("content-type"), None);
    with(&service, "GET", "/note", &[("if-match", "\"6\"")]).await.is_status(412);
    for (name, value, status) in [
        ("if-match", "\"7\"", 200),
        ("if-match", "\"6\"", 412),
        ("if-none-match", "*", 412),
        ("if-none-match", "\"6\"", 200),
        ("x-none", "", 200),
    ] {
        with(&service, "PUT", "/note", &[(name, value)]).await.is_status(status);
    }
}

on_every_executor![
    a_file_is_sent_with_its_type_and_version,
    a_large_file_is_sent_in_pieces,
    a_file_that_becomes_shorter_breaks_off,
    one_range_of_a_file_is_sent,
    a_client_that_has_a_file_is_told_so,
    a_tuple_sets_headers_and_status_of_a_file,
    what_is_no_file_is_not_found,
    nothing_outside_of_a_directory_is_served,
    links_lead_nowhere_else,
    a_directory_has_pages,
    a_compressed_sibling_is_sent_to_who_takes_it,
    a_value_of_ones_own_has_versions_too,
];
