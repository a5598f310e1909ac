//! Which of a file's compressed siblings does a client take?

use http::{HeaderMap, header::ACCEPT_ENCODING};

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

/// Those that a client takes, the ones that it likes best first
/// ([RFC 9110 §12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3)).
pub(super) fn accepted(headers: &HeaderMap) -> Vec<Coding> {
    let mut qualities = [None; CODINGS.len()];
    let mut any = None;
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for item in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = quality(parameters);
        let name = name.trim();
        if name == "*" {
            any = Some(quality);
        }
        for (coding, known) in CODINGS.iter().zip(&mut qualities) {
            let alias = coding.name == "gzip" && name.eq_ignore_ascii_case("x-gzip");
            if alias || name.eq_ignore_ascii_case(coding.name) {
                *known = Some(quality);
            }
        }
    }
    let mut accepted: Vec<(u16, Coding)> = CODINGS
        .into_iter()
        .zip(qualities)
        .filter_map(|(coding, quality)| Some((quality.or(any)?, coding)))
        .filter(|(quality, _)| *quality > 0)
        .collect();
    // Stable: among equals the order of the server.
    accepted.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    accepted.into_iter().map(|(_, coding)| coding).collect()
}

/// A weight in thousandths; one that is malformed is none.
fn quality(parameters: &str) -> u16 {
    let Some(value) = parameters.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim_start().strip_prefix('='))
    else {
        return if parameters.trim().is_empty() { 1000 } else { 0 };
    };
    match value.trim().parse::<f32>() {
        // Between 0 and 1, so it fits.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0) as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

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
