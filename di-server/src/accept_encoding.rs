//! Which content codings does a client take?

use http::{HeaderMap, header::ACCEPT_ENCODING};

/// How much a client likes each of `codings`, in thousandths; none where it says nothing of it
/// ([RFC 9110 §12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3)).
pub(crate) fn weights<const N: usize>(headers: &HeaderMap, codings: [&str; N]) -> [Option<u16>; N] {
    let (mut any, mut own) = (None, [None; N]);
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for item in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let (name, quality) = (name.trim(), quality(parameters));
        if name == "*" {
            any = Some(quality);
        }
        for (coding, known) in codings.iter().zip(&mut own) {
            let alias = *coding == "gzip" && name.eq_ignore_ascii_case("x-gzip");
            if alias || name.eq_ignore_ascii_case(coding) {
                *known = Some(quality);
            }
        }
    }
    own.map(|known| known.or(any))
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
