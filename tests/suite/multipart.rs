//! How is a form with files read?

use std::{fs, io::Read};

use di_server::prelude::*;
use garde::Validate;
use http::Request;
use serde::Deserialize;

use crate::{
    bodies::{Piece, pieces},
    executors::{Rt, on_every_executor},
    support::{Answer, Log, Signal, both, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    signal: Signal,
}

/// Logs each field as it starts and how much it held; waits for the signal after the first chunk.
#[post("/fields")]
async fn fields(mut form: Multipart, log: &Log, signal: &Signal) -> Result<String, MultipartError> {
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or("?").to_owned();
        let (file, ty) = (field.file_name().unwrap_or("-").to_owned(), field.content_type().unwrap_or("-").to_owned());
        let mut size = 0;
        while let Some(chunk) = field.chunk().await? {
            if size == 0 {
                log.push(format_args!("{name} started"));
                signal.wait().await;
            }
            size += chunk.len();
        }
        log.push(format_args!("{name} {file} {ty} {size}"));
    }
    Ok("read".into())
}

#[post("/second", body_limit = 400)]
async fn second(mut form: Multipart) -> Result<String, MultipartError> {
    form.next_field().await?;
    match form.next_field().await? {
        Some(field) => field.text().await,
        None => Ok("none".into()),
    }
}

#[post("/after")]
async fn after(mut form: Multipart) -> Result<String, MultipartError> {
    form.next_field().await?;
    form.next_field().await?.expect("there are two").text().await
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "kebab-case")]
pub struct Album {
    #[garde(length(min = 1))]
    title: String,
    #[garde(skip)]
    year: Option<u16>,
    #[serde(default)]
    #[garde(skip)]
    tag: Vec<String>,
    #[garde(skip)]
    cover_photo: UploadFile,
    #[serde(default)]
    #[garde(skip)]
    page: Vec<UploadFile>,
    #[garde(skip)]
    back: Option<UploadFile>,
}

#[post("/album", body_limit = 4 * 1024 * 1024)]
async fn album(album: MultipartForm<Album>) -> Result<String, Broken> {
    let Album { title, year, tag, cover_photo, page, back } = album.0;
    let mut text = format!("{title} {year:?} {tag:?} {}", described(&cover_photo).await?);
    for page in &page {
        text += &format!(" {}", described(page).await?);
    }
    Ok(text + if back.is_some() { " back" } else { "" })
}

async fn described(file: &UploadFile) -> Result<String, Broken> {
    let bytes = file.bytes().await?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4)]).into_owned();
    let where_ = if file.is_in_memory() { "memory" } else { "disk" };
    assert_eq!(bytes.len() as u64, file.len());
    Ok(format!("{}:{head}:{}:{where_}", file.file_name().unwrap_or("-"), file.len()))
}

type Broken = std::io::Error;

#[post("/save", body_limit = 4 * 1024 * 1024)]
async fn save(file: MultipartForm<UploadFile>) -> Result<String, Broken> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("saved");
    file.save(&path).await?;
    Ok(fs::read(&path)?.len().to_string())
}

/// Reads the file on the blocking pool.
#[post("/blocking", body_limit = 4 * 1024 * 1024)]
fn blocking(file: Option<MultipartForm<UploadFile>>) -> Result<String, Broken> {
    let Some(file) = file else { return Ok("none".into()) };
    let mut sum = 0_u64;
    let (mut first, mut second) = (file.reader(), file.reader());
    let (mut a, mut b) = ([0; 1000], [0; 1000]);
    loop {
        let read = first.read(&mut a)?;
        second.read_exact(&mut b[..read])?;
        assert_eq!(a[..read], b[..read], "readers do not disturb each other");
        if read == 0 {
            return Ok(sum.to_string());
        }
        sum += a[..read].iter().map(|&byte| u64::from(byte)).sum::<u64>();
    }
}

static TABLE: Table<App> = table![fields, second, after, album, save, blocking];

async fn service(rt: Rt) -> (di_server::Service, Log, Signal) {
    let (log, signal) = (Log::default(), Signal::default());
    let builder = App::builder().log(log.clone()).signal(signal.clone()).runtime(rt);
    (builder.build().await.expect("nothing is built").service(&TABLE), log, signal)
}

/// Name, file name and content of a part.
type Part<'p> = (&'p str, Option<&'p str>, &'p str);

fn body(parts: &[Part<'_>]) -> String {
    let mut body = String::new();
    for (name, file, content) in parts {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(file) = file {
            body += &format!("; filename=\"{file}\"\r\nContent-Type: text/x-test");
        }
        body += &format!("\r\n\r\n{content}\r\n");
    }
    body + "--x--\r\n"
}

fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = request("POST", path).map(|_| body.into());
    request.headers_mut().insert("content-type", HeaderValue::from_static("multipart/form-data; boundary=x"));
    request
}

async fn fields_come_one_after_the_other(rt: Rt) {
    let (service, log, signal) = service(rt).await;
    signal.set();
    let parts = [("a", None, "1"), ("b", Some("b.txt"), "twenty-two"), ("c", None, "")];
    send(&service, post("/fields", body(&parts))).await.is(200, "read");
    let expected = ["a started", "a - - 1", "b started", "b b.txt text/x-test 10", "c - - 0"];
    assert_eq!(log.take(), expected);
    send(&service, post("/second", body(&parts))).await.is(200, "twenty-two");
    send(&service, post("/second", body(&[]))).await.is(200, "none");
}

async fn behaviour_36_no_more_of_a_form_is_read_than_is_asked_for(rt: Rt) {
    use Piece::{Data, Wait};
    let (service, log, signal) = service(rt).await;
    let head = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    let (request, polls) = pieces("/fields", [Data(head), Data("one"), Data("two"), Wait, Data("three\r\n--x--\r\n")]);
    let (parts, pieces) = request.into_parts();
    let mut request = post("/fields", "").map(|_| pieces);
    *request.uri_mut() = parts.uri;
    let wait = async {
        while log.take().is_empty() {
            pause().await;
        }
        assert_eq!(polls.count(), 2, "the head of the field, and its first chunk");
        signal.set();
    };
    let (answer, ()) = both(send(&service, request), wait).await;
    answer.is(200, "read");
    assert_eq!(log.take(), ["a - - 11"]);
}

async fn a_form_with_files_becomes_a_struct(rt: Rt) {
    let (service, ..) = service(rt).await;
    let large = "0123456789".repeat(100_000);
    let parts = [
        ("title", None, "Trip"),
        ("cover-photo", Some("c.png"), "PNG"),
        ("tag", None, "sea"),
        ("page", Some("1.png"), large.as_str()),
        ("tag", None, ""),
        ("page", Some("2.png"), ""),
        ("back", Some(""), ""),
        ("unknown", None, "passed over"),
    ];
    let expected = "Trip None [\"sea\", \"\"] c.png:PNG:3:memory 1.png:0123:1000000:disk 2.png::0:memory";
    send(&service, post("/album", body(&parts))).await.is(200, expected);
    let parts =
        [("year", None, "1999"), ("title", None, "Ä"), ("cover-photo", Some("c"), "x"), ("back", Some("b"), "y")];
    send(&service, post("/album", body(&parts))).await.is(200, "Ä Some(1999) [] c:x:1:memory back");
}

async fn a_file_is_saved_and_read_where_that_may_block(rt: Rt) {
    let (service, ..) = service(rt).await;
    let large = "0123456789".repeat(100_000);
    for content in [large.as_str(), "0123456789"] {
        let parts = [("file", Some("f"), content)];
        send(&service, post("/save", body(&parts))).await.is(200, &content.len().to_string());
        let sum = content.bytes().map(u64::from).sum::<u64>().to_string();
        send(&service, post("/blocking", body(&parts))).await.is(200, &sum);
    }
    send(&service, request("POST", "/blocking")).await.is(200, "none");
}

fn entries(answer: &Answer) -> Vec<String> {
    answer.is_status(422);
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("a problem is JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let entry = |entry: &serde_json::Value| {
        format!("{} {}: {}", text(&entry["in"]), text(&entry["pointer"]), text(&entry["detail"]))
    };
    problem["errors"].as_array().expect("entries").iter().map(entry).collect()
}

async fn behaviour_25_each_wrong_part_is_pointed_at(rt: Rt) {
    let (service, ..) = service(rt).await;
    let parts = [("title", Some("t"), "x"), ("year", None, "x"), ("cover-photo", None, "1"), ("page", None, "2")];
    let expected = [
        "body /title: expected text, got a file",
        "body /year: expected an integer from 0 to 65535, got `x`",
        "body /cover-photo: expected a file, got text",
        "body /page: expected a file, got text",
    ];
    assert_eq!(entries(&send(&service, post("/album", body(&parts))).await), expected);
    let parts = [("year", None, "1"), ("cover-photo", Some(""), "")];
    let expected = ["body /title: is required", "body /cover-photo: is required"];
    assert_eq!(entries(&send(&service, post("/album", body(&parts))).await), expected);
    let twice = [("title", None, "x"), ("cover-photo", Some("1"), "1"), ("cover-photo", Some("2"), "2")];
    let answer = send(&service, post("/album", body(&twice))).await;
    assert_eq!(entries(&answer), ["body /cover-photo: is given more than once"]);
    let invalid = [("title", None, ""), ("cover-photo", Some("1"), "1")];
    let answer = send(&service, post("/album", body(&invalid))).await;
    assert_eq!(entries(&answer), ["body /title: length is lower than 1"]);
    assert_eq!(entries(&send(&service, post("/save", body(&[("f", None, "")]))).await), ["body /file: is required"]);
}

async fn behaviour_27_what_is_no_such_form_is_refused(rt: Rt) {
    let (service, log, signal) = service(rt).await;
    signal.set();
    for path in ["/fields", "/album"] {
        let mut other = post(path, body(&[]));
        other.headers_mut().insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        send(&service, other).await.is_status(415);
        let mut unbounded = post(path, body(&[]));
        unbounded.headers_mut().insert("content-type", HeaderValue::from_static("multipart/form-data"));
        let answer = send(&service, unbounded).await;
        answer.is_status(400);
        assert!(answer.body.contains("boundary"), "{}", answer.body);
        send(&service, request("POST", path)).await.is_status(400);
        for malformed in ["", "nothing", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhalf"]
        {
            let answer = send(&service, post(path, malformed)).await;
            answer.is_status(400);
            assert!(answer.body.contains("malformed"), "{}", answer.body);
        }
    }
    assert_eq!(log.take(), ["title started"], "what there is of a field is read before it breaks off");
    let not_utf8 =
        [b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xff\r\n--x--\r\n".as_slice()].concat();
    let answer = send(&service, post("/album", not_utf8)).await;
    assert_eq!(entries(&answer)[0], "body /title: expected UTF-8, got other bytes");
}

async fn behaviour_27_a_form_past_its_limit_is_a_413(rt: Rt) {
    let (service, ..) = service(rt).await;
    let long = "x".repeat(3 * 1024 * 1024);
    let limited = |answer: &Answer, text: &str| {
        answer.is_status(413);
        assert!(answer.body.contains(text), "{}", answer.body);
    };
    limited(&send(&service, post("/second", body(&[("a", None, &long[..400])]))).await, "larger than 400 bytes");
    // Texts are in memory, whatever the route allows for files.
    let parts = [("title", None, long.as_str())];
    limited(&send(&service, post("/album", body(&parts))).await, "the field `title` is larger than 2097152 bytes");
    let half = &long[..1_500_000];
    let parts = [("tag", None, half), ("tag", None, half)];
    limited(&send(&service, post("/album", body(&parts))).await, "the field `tag` is larger than 597152 bytes");
    let parts = [("file", Some("f"), long.as_str()), ("more", Some("f"), half)];
    limited(&send(&service, post("/album", body(&parts))).await, "larger than 4194304 bytes");
    let many = vec![("tag", None, ""); 1025];
    limited(&send(&service, post("/album", body(&many))).await, "more than 1024 fields");
}

async fn behaviour_27_before_a_field_there_may_be_only_so_much(rt: Rt) {
    use Piece::Data;
    let (service, _, signal) = service(rt).await;
    signal.set();
    let part = "--x\r\nContent-Disposition: form-data; name=\"a\"; of=";
    let eight: &'static str = "y".repeat(8 * 1024).leak();
    let of = |path: &str, body: [Piece; 5]| {
        let (parts, pieces) = pieces(path, body).0.into_parts();
        let mut request = post(path, "").map(|_| pieces);
        *request.uri_mut() = parts.uri;
        request
    };
    for path in ["/fields", "/album"] {
        for start in ["", part] {
            let body = [start, eight, eight, eight, eight].map(Data);
            let answer = send(&service, of(path, body)).await;
            answer.is_status(413);
            assert!(answer.body.contains("more than 16384 bytes"), "{}", answer.body);
        }
    }
    send(&service, of("/fields", [part, eight, "\r\n\r\n1\r\n", "--x--", ""].map(Data))).await.is(200, "read");
    // What is left of a field is not before the next.
    let body = [part, "\r\n\r\n", "y".repeat(100_000).leak(), "\r\n--x\r\na: b\r\n\r\n2", "\r\n--x--"].map(Data);
    send(&service, of("/after", body)).await.is(200, "2");
}

on_every_executor![
    behaviour_27_before_a_field_there_may_be_only_so_much,
    fields_come_one_after_the_other,
    behaviour_36_no_more_of_a_form_is_read_than_is_asked_for,
    a_form_with_files_becomes_a_struct,
    a_file_is_saved_and_read_where_that_may_block,
    behaviour_25_each_wrong_part_is_pointed_at,
    behaviour_27_what_is_no_such_form_is_refused,
    behaviour_27_a_form_past_its_limit_is_a_413,
];
