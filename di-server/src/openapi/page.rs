//! What does a browser show of the document?
//!
//! [Swagger UI](https://swagger.io/tools/swagger-ui/), whose files are in this crate: nothing is loaded from elsewhere, which the
//! page's own policy forbids besides.

use std::fmt::Write as _;

use bytes::Bytes;
use di_core::response::{IntoResponse, Problem, Response};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

use super::OpenApi;
use crate::accept_encoding::weights;

/// The document, by its name below the page.
pub(super) const DOCUMENT: &str = "openapi.json";

/// A file of the page: its name has its version, so a browser may keep it for good.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
    compressed: bool,
}

macro_rules! names {
    ($($constant:ident = $name:literal $extension:literal),*) => {
        $(const $constant: &str = concat!($name, "-5.35.0", $extension);)*
    };
}

names!(SCRIPT = "swagger-ui-bundle" ".js", STYLE = "swagger-ui" ".css", START = "start" ".js");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: [Asset; 3] = [
    Asset {
        name: SCRIPT,
        media_type: JAVASCRIPT,
        content: include_bytes!("assets/swagger-ui-bundle.js.gz"),
        compressed: true,
    },
    Asset {
        name: STYLE,
        media_type: "text/css; charset=utf-8",
        content: include_bytes!("assets/swagger-ui.css.gz"),
        compressed: true,
    },
    Asset { name: START, media_type: JAVASCRIPT, content: include_bytes!("assets/start.js"), compressed: false },
];

/// What of the page depends on the document.
#[derive(Debug)]
pub(super) struct Page {
    title: String,
    policy: HeaderValue,
}

impl Page {
    pub(super) fn of(document: &OpenApi) -> Self {
        let policy = policy(&document.origins());
        Self { title: escaped(&document.name()), policy: HeaderValue::try_from(policy).unwrap_or(CLOSED) }
    }

    /// The page at `path`. Links are relative to it, so that it works behind a proxy that has changed the path.
    pub(super) fn response(&self, path: &str) -> Response {
        let folder = escaped(path.rsplit('/').next().unwrap_or_default());
        // A path that ends with a slash is a folder itself.
        let folder = if folder.is_empty() { ".".to_owned() } else { folder };
        let title = &self.title;
        let page = format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{folder}/{STYLE}">
</head>
<body>
<div id="swagger-ui" data-document="{folder}/{DOCUMENT}"></div>
<script src="{folder}/{SCRIPT}"></script>
<script src="{folder}/{START}"></script>
</body>
</html>
"#
        );
        let headers: [(HeaderName, HeaderValue); 5] = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (CONTENT_SECURITY_POLICY, self.policy.clone()),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        (headers, page.into_bytes()).into_response()
    }
}

/// What a page may do whose document has servers that no policy can name: nothing beyond itself.
const CLOSED: HeaderValue = HeaderValue::from_static("default-src 'none'");

/// The page's Content Security Policy ([CSP 3](https://www.w3.org/TR/CSP3/)): its own files, requests to the servers that the
/// document names, and nothing else. Pictures in the style sheet are `data:`.
fn policy(origins: &[String]) -> String {
    let mut policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; connect-src 'self'"
        .to_owned();
    for origin in origins {
        let _ = write!(policy, " {origin}");
    }
    policy
}

/// A file of the page.
///
/// It is sent compressed: a client that says nothing of encodings takes any
/// ([RFC 9110 §12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3)), and one that refuses gzip is no browser.
pub(super) fn asset(name: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Problem::new(StatusCode::NOT_FOUND).into_response();
    };
    if asset.compressed && !accepts_gzip(headers) {
        return Problem::new(StatusCode::NOT_ACCEPTABLE).detail("there is this file as gzip only").into_response();
    }
    let mut response = Bytes::from_static(asset.content).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if asset.compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let [gzip] = weights(headers, ["gzip"]);
    !headers.contains_key(ACCEPT_ENCODING) || gzip.is_some_and(|weight| weight > 0)
}

/// `text` where HTML is read.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_unless_a_client_says_otherwise() {
        for (value, expected) in [
            (None, true),
            (Some("gzip, deflate, br"), true),
            (Some("br;q=1.0, *;q=0.5"), true),
            (Some("GZIP;q=0.1"), true),
            (Some("identity"), false),
            (Some("gzip;q=0, *"), false),
            (Some("*; q=0.0"), false),
            (Some(""), false),
        ] {
            let headers = value.map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value))).into_iter().collect();
            assert_eq!(accepts_gzip(&headers), expected, "{value:?}");
        }
    }

    #[test]
    fn what_is_written_into_the_page_is_text() {
        assert_eq!(escaped("<b>\"A & B\""), "&lt;b&gt;&quot;A &amp; B&quot;");
    }
}
