//! How is a compressed body read, and how far?

use async_compression::futures::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use di_server::{Forward, prelude::*};
use futures_lite::{AsyncReadExt, future::block_on};
use http::Request;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, request, send},
};

#[derive(Container)]
pub struct App {}

#[post("/json")]
async fn sum(numbers: Json<Vec<u64>>) -> String {
    numbers.iter().sum::<u64>().to_string()
}

#[post("/stream")]
async fn stream(mut body: BodyStream) -> Result<String, BodyError> {
    let mut length = 0;
    while let Some(chunk) = body.chunk().await? {
        length += chunk.len();
    }
    Ok(length.to_string())
}

#[post("/as-sent")]
async fn as_sent(request: Forward) -> String {
    let (parts, body) = request.into_request().into_parts();
    let body = http_body_util::BodyExt::collect(body).await.expect("it is at hand").to_bytes();
    format!("{:?} {}", parts.headers.get("content-encoding"), body.len())
}

#[post("/ignored")]
async fn ignored() -> &'static str {
    "ignored"
}

static TABLE: Table<App> = table![sum, stream, as_sent, ignored];

const LIMIT: usize = 20_000;

async fn service(rt: Rt) -> di_server::Service {
    let settings = Settings::default().body_limit(LIMIT).body_decoder(di_server::decompress);
    App::builder().settings(settings).runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

fn encoded(coding: &str, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let read = async {
        match coding {
            "gzip" => GzipEncoder::new(plain).read_to_end(&mut out).await,
            "deflate" => ZlibEncoder::new(plain).read_to_end(&mut out).await,
            "br" => BrotliEncoder::new(plain).read_to_end(&mut out).await,
            "zstd" => ZstdEncoder::new(plain).read_to_end(&mut out).await,
            other => panic!("no test encodes {other}"),
        }
    };
    block_on(read).expect("the plain text is at hand");
    out
}

fn post(path: &str, coding: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = request("POST", path).map(|_| Body::from(body));
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    request.headers_mut().insert("content-encoding", HeaderValue::from_str(coding).expect("a header"));
    request
}

async fn bodies_are_inflated_as_they_say(rt: Rt) {
    let service = service(rt).await;
    let plain = b"[1, 20, 300]";
    for coding in CODINGS {
        send(&service, post("/json", coding, encoded(coding, plain))).await.is(200, "321");
        send(&service, post("/stream", coding, encoded(coding, &[b'x'; LIMIT]))).await.is(200, "20000");
    }
    send(&service, post("/json", "X-GZip", encoded("gzip", plain))).await.is(200, "321");
    send(&service, post("/json", "identity", plain.to_vec())).await.is(200, "321");
    send(&service, post("/json", "", plain.to_vec())).await.is(200, "321");
    let twice = encoded("gzip", &encoded("br", plain));
    send(&service, post("/json", "br, gzip", twice)).await.is(200, "321");
    // What is handed on goes as its headers say.
    let zipped = encoded("gzip", plain);
    let as_sent = format!("Some(\"gzip\") {}", zipped.len());
    send(&service, post("/as-sent", "gzip", zipped)).await.is(200, &as_sent);
    // Two members are one text.
    let members = [encoded("gzip", b"[1,"), encoded("gzip", b"2]")].concat();
    send(&service, post("/json", "gzip", members)).await.is(200, "3");
}

#[track_caller]
fn names_the_limit(answer: &Answer) {
    answer.is_status(413);
    assert!(answer.body.contains("larger than 20000 bytes"), "{}", answer.body);
}

async fn behaviour_27_what_comes_out_has_a_limit(rt: Rt) {
    let service = service(rt).await;
    for coding in CODINGS {
        let bomb = encoded(coding, &vec![b'0'; 10_000_000]);
        assert!(bomb.len() < LIMIT, "it is small as it is sent: {}", bomb.len());
        for path in ["/json", "/stream"] {
            names_the_limit(&send(&service, post(path, coding, bomb.clone())).await);
        }
        // And what goes in.
        names_the_limit(&send(&service, post("/stream", coding, vec![0; 2 * LIMIT])).await);
    }
}

async fn behaviour_27_what_comes_out_between_codings_has_a_limit(rt: Rt) {
    let service = service(rt).await;
    // Blocks without content: nothing ever comes out of the last coding.
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks = [&head[..], &[0, 0, 0, 255, 255].repeat(LIMIT), &[1, 0, 0, 255, 255], &[0; 8]].concat();
    for coding in CODINGS {
        let bomb = encoded(coding, &blocks);
        assert!(bomb.len() < LIMIT, "it is small as it is sent: {}", bomb.len());
        send(&service, post("/stream", &format!("gzip, {coding}"), bomb)).await.is_status(413);
    }
}

async fn behaviour_27_members_have_a_limit(rt: Rt) {
    let service = service(rt).await;
    for coding in ["gzip", "zstd"] {
        // Without content, each of them is work all the same.
        let members = |count| [encoded(coding, b"").repeat(count), encoded(coding, b"[1]")].concat();
        send(&service, post("/json", coding, members(100))).await.is(200, "1");
        // Another coding around it, so that what comes in stays below its limit.
        let many = encoded("br", &members(1024));
        let answer = send(&service, post("/stream", &format!("{coding}, br"), many)).await;
        answer.is_status(400);
        assert!(answer.body.contains("more members than"), "{}", answer.body);
    }
}

async fn behaviour_27_what_a_coding_adds_does_not_count(rt: Rt) {
    let service = service(rt).await;
    // No two neighbours are of any pattern, so that this becomes larger.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(LIMIT + 1)
    .collect();
    for coding in CODINGS {
        let within = encoded(coding, &noise[..LIMIT]);
        assert!(within.len() > LIMIT, "{coding}: {}", within.len());
        send(&service, post("/stream", coding, within)).await.is(200, "20000");
        names_the_limit(&send(&service, post("/stream", coding, encoded(coding, &noise))).await);
    }
    let thrice = encoded("gzip", &encoded("gzip", &encoded("gzip", &noise[..LIMIT])));
    send(&service, post("/stream", "gzip, gzip, gzip", thrice)).await.is(200, "20000");
    let plain = send(&service, post("/stream", "", noise)).await;
    names_the_limit(&plain);
}

async fn behaviour_27_what_is_not_so_coded_is_refused(rt: Rt) {
    let service = service(rt).await;
    for coding in ["compress", "gzip, snappy", "\"gzip\"", "gzip, gzip, gzip, gzip"] {
        let answer = send(&service, post("/json", coding, Vec::new())).await;
        answer.is_status(415);
        assert_eq!(answer.header("accept-encoding"), Some("gzip, deflate, br, zstd"), "{coding}");
    }
    for coding in CODINGS {
        let whole = encoded(coding, b"[1, 2, 3]");
        let (half, plain) = (whole[..whole.len() / 2].to_vec(), b"[1, 2, 3]".to_vec());
        for broken in [half, plain] {
            for path in ["/json", "/stream"] {
                let answer = send(&service, post(path, coding, broken.clone())).await;
                answer.is_status(400);
                assert!(answer.body.contains("the body is not "), "{coding}: {}", answer.body);
            }
        }
    }
    // What nobody reads is nobody's business.
    send(&service, post("/ignored", "compress", vec![1])).await.is(200, "ignored");
}

on_every_executor![
    bodies_are_inflated_as_they_say,
    behaviour_27_what_comes_out_has_a_limit,
    behaviour_27_what_comes_out_between_codings_has_a_limit,
    behaviour_27_members_have_a_limit,
    behaviour_27_what_a_coding_adds_does_not_count,
    behaviour_27_what_is_not_so_coded_is_refused,
];
