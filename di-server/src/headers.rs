//! What do readers of headers have in common?

use http::{HeaderMap, HeaderName};

/// Whether a request has the header `name` more than once.
pub(crate) fn is_repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    // Hardly a request has any header twice, and this is known without a look-up.
    headers.len() > headers.keys_len() && headers.get_all(name).iter().nth(1).is_some()
}
