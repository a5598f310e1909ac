//! How does a table tell methods apart without comparing strings?

use http::Method;

/// The code of a method that is none of the standard ones; those are compared by name.
pub(super) const OTHER: u8 = 0;
pub(super) const GET: u8 = 1;
pub(super) const HEAD: u8 = 2;
pub(super) const OPTIONS: u8 = 7;
/// The code of a route for any method, which is declared as `*`.
pub(super) const ANY: u8 = 10;
/// The code of a fallback, which is declared without a method: it takes any, and every path below its own.
pub(super) const FALLBACK: u8 = 11;

/// The standard methods in the order in which `Allow` lists them; a method's code is its place here, from 1.
/// ([RFC 9110 §9.3](https://www.rfc-editor.org/rfc/rfc9110#section-9.3), [RFC 5789](https://www.rfc-editor.org/rfc/rfc5789))
pub(super) const STANDARD: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// The code of a request's method.
#[inline]
pub(super) fn code(method: &Method) -> u8 {
    match *method {
        Method::GET => GET,
        Method::HEAD => HEAD,
        Method::POST => 3,
        Method::PUT => 4,
        Method::PATCH => 5,
        Method::DELETE => 6,
        Method::OPTIONS => OPTIONS,
        Method::TRACE => 8,
        Method::CONNECT => 9,
        _ => OTHER,
    }
}

/// The code of a method's name, as a route declares it.
pub(super) const fn code_of(name: &str) -> u8 {
    match name.as_bytes() {
        b"GET" => GET,
        b"HEAD" => HEAD,
        b"POST" => 3,
        b"PUT" => 4,
        b"PATCH" => 5,
        b"DELETE" => 6,
        b"OPTIONS" => OPTIONS,
        b"TRACE" => 8,
        b"CONNECT" => 9,
        b"*" => ANY,
        b"" => FALLBACK,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_codes_are_the_place_in_the_list() {
        for (at, name) in STANDARD.iter().enumerate() {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!((code(&method), code_of(name)), (at as u8 + 1, at as u8 + 1), "{name}");
        }
        let star = Method::from_bytes(b"*").unwrap();
        assert_eq!((code(&star), code_of("*"), code_of("")), (OTHER, ANY, FALLBACK), "no request has a route's own");
        assert_eq!((code(&Method::from_bytes(b"PURGE").unwrap()), code_of("PURGE")), (OTHER, OTHER));
    }
}
