//! Which of a file's compressed siblings does a client take?

use http::HeaderMap;

use crate::accept_encoding::weights;

/// A compressed sibling: its content coding, and how its name ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) name: &'static str,
    pub(super) ending: &'static str,
}

/// The one that is taken first if a client takes all the same.
const CODINGS: [Coding; 3] = [
    Coding { name: "br", ending: "br" },
    Coding { name: "zstd", ending: "zst" },
    Coding { name: "gzip", ending: "gz" },
];

/// Those that a client takes, the ones that it likes best first.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<Coding> {
    let weighed = weights(headers, CODINGS.map(|coding| coding.name)).into_iter().zip(CODINGS);
    let mut accepted: Vec<_> = weighed.filter(|(weight, _)| *weight > Some(0)).collect();
    // Stable: among equals the order of the server.
    accepted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    accepted.into_iter().map(|(_, coding)| coding).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::ACCEPT_ENCODING};

    use super::*;

    #[test]
    fn what_a_client_likes_best_comes_first() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", &["br", "zstd", "gzip"][..]),
            ("gzip;q=1.0, br;q=0.5", &["gzip", "br"]),
            ("GZIP ; q = 0.3 ,ZSTD", &["zstd", "gzip"]),
            ("x-gzip", &["gzip"]),
            ("*", &["br", "zstd", "gzip"]),
            ("*;q=0.1, gzip, br;q=0", &["gzip", "zstd"]),
            ("br;q=0, gzip;q=0.000", &[]),
            ("br;q=2, gzip;q=x, zstd;x=1", &[]),
            ("identity", &[]),
            ("", &[]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
            let names: Vec<_> = accepted(&headers).iter().map(|coding| coding.name).collect();
            assert_eq!(names, expected, "{header}");
        }
        assert!(accepted(&HeaderMap::new()).is_empty());
    }
}
