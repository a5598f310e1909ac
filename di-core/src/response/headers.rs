//! Where does the room for a response's headers come from?
//!
//! From the last request that ended on this thread: its map has room for more headers than most responses have, and would
//! be freed. hyper does the same the other way round, and reads the next request into the map of the last response.

use std::cell::Cell;

use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};

use super::{Body, Response};

/// The largest map that a thread keeps, in headers.
const KEPT: usize = 64;

thread_local! {
    static SPARE: Cell<Option<HeaderMap>> = const { Cell::new(None) };
}

/// A response whose one header is its content type.
#[doc(hidden)]
#[inline]
pub fn with_type(content_type: HeaderValue, body: Body) -> Response {
    let mut response = Response::new(body);
    if let Ok(Some(spare)) = SPARE.try_with(Cell::take) {
        // What is forgotten has no room: to drop it would only look for some.
        std::mem::forget(std::mem::replace(response.headers_mut(), spare));
    }
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Keeps the room of headers that nobody reads any more.
#[inline]
pub(crate) fn keep(headers: &mut HeaderMap) {
    if (1..=KEPT).contains(&headers.capacity()) {
        let mut headers = std::mem::take(headers);
        headers.clear();
        // A thread that is about to end keeps nothing.
        let _ = SPARE.try_with(|spare| spare.set(Some(headers)));
    }
}

#[cfg(test)]
mod tests {
    use http::header::AUTHORIZATION;

    use super::*;

    #[test]
    fn a_response_has_the_room_of_a_request_and_nothing_else_of_it() {
        let mut request = HeaderMap::with_capacity(20);
        let room = request.capacity();
        request.insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
        keep(&mut request);
        assert_eq!(request.capacity(), 0);

        let typed = || with_type(HeaderValue::from_static("text/plain"), Body::empty());
        let (first, second) = (typed(), typed());
        assert_eq!(first.headers().capacity(), room);
        assert!(second.headers().capacity() < room);
        for response in [first, second] {
            assert_eq!(response.headers().len(), 1);
            assert_eq!(response.headers()[CONTENT_TYPE], "text/plain");
        }
    }

    #[test]
    fn too_much_room_is_not_kept() {
        keep(&mut HeaderMap::with_capacity(1000));
        assert!(SPARE.take().is_none());
    }
}
