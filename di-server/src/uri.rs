//! What does a handler's path look like with values in it?

use std::fmt::{self, Write as _};

use di_core::{
    Table,
    graph::{Handler, RouteRef},
    route::{Part, Segment},
};
use serde::Serialize;

/// The path of a handler's route with values for its parameters, as `get_user::uri(42)` gives it.
///
/// Each handler has a function `uri` beside it, by the handler's name: an argument for each parameter of the template in its
/// attribute, in order, of the type that the handler reads the parameter as. Where the handler leaves a parameter to a
/// provider or a guard, anything that is `Display` will do. So the compiler refuses a link that its route could not
/// read. Values are percent-encoded; those of a wildcard keep their slashes, but for one that would make the path the name of
/// a host.
///
/// A path does not lead back to every value: not to an empty one, nor to `.` and `..`, which clients resolve, nor to one with the
/// literal in it that separates two parameters of a segment, such as `{from}-{to}`.
///
/// ```
/// use di_server::prelude::*;
///
/// # #[derive(Container)] pub struct App {}
/// #[get("/users/{id}/files/{*path}")]
/// async fn file(Path((id, path)): Path<(u64, String)>) -> String {
///     format!("{path} of {id}")
/// }
///
/// #[get("/{*path}")]
/// async fn page(path: Path<String>) -> String {
///     path.0
/// }
///
/// #[derive(serde::Serialize)]
/// struct Page {
///     limit: u32,
/// }
///
/// assert_eq!(file::uri(42, "a b/c.txt").to_string(), "/users/42/files/a%20b/c.txt");
/// assert_eq!(file::uri(42, "a").query(&Page { limit: 10 }).to_string(), "/users/42/files/a?limit=10");
/// assert_eq!(page::uri("/example.com").to_string(), "/%2Fexample.com");
/// ```
///
/// It is the path as the attribute has it. In a table a group may put a prefix before it: [`uri!`](crate::uri!) adds that.
/// It is text wherever text is wanted: `Redirect::to`, `Created::at`, a link in a page, `TestClient::get`.
#[derive(Clone, PartialEq, Eq, Hash)]
#[must_use = "a path does nothing by itself"]
pub struct RoutePath(String);

impl RoutePath {
    /// The path of the route of `H`, which has no parameters.
    ///
    /// For most routes this or the next will do: a call with nothing to put together is the least for the compiler.
    #[doc(hidden)]
    pub fn fixed<H: Handler<C>, C>() -> Self {
        Self::of::<H, C>(&[])
    }

    /// The path of the route of `H`, with `value` for its parameter.
    #[doc(hidden)]
    pub fn with<H: Handler<C>, C>(value: impl fmt::Display) -> Self {
        Self::of::<H, C>(&[&value])
    }

    /// The path of the route of `H`, with `values` for its parameters.
    #[doc(hidden)]
    pub fn of<H: Handler<C>, C>(values: &[&dyn fmt::Display]) -> Self {
        let mut path = String::new();
        write(&mut path, H::ROUTE.get().meta.segments, &mut values.iter().copied());
        Self::rooted(path)
    }

    /// `path`, as one of this host: what begins with two slashes names another
    /// ([RFC 3986 §4.2](https://www.rfc-editor.org/rfc/rfc3986#section-4.2)).
    fn rooted(mut path: String) -> Self {
        if path.starts_with("//") {
            path.replace_range(1..2, "%2F");
        }
        Self(path)
    }

    /// Adds a query: the fields of a struct, the pairs of a map or of a list of pairs. A list is one pair for each element,
    /// `None` is none.
    ///
    /// # Panics
    ///
    /// If `query` is none of these, or has fields that are: a query is flat.
    #[track_caller]
    pub fn query<Q: Serialize + ?Sized>(mut self, query: &Q) -> Self {
        let query = serde_html_form::to_string(query).unwrap_or_else(|error| panic!("this is no query: {error}"));
        if !query.is_empty() {
            self.0.push(if self.0.contains('?') { '&' } else { '?' });
            self.0.push_str(&query);
        }
        self
    }

    /// The path, and the query if there is one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes `segments`, each with its slash, with the next of `values` for each parameter.
fn write(path: &mut String, segments: &[Segment], values: &mut dyn Iterator<Item = &dyn fmt::Display>) {
    for segment in segments {
        path.push('/');
        match segment {
            Segment::Literal(text, ..) => path.push_str(text),
            Segment::Param(_) => value(path, values, false),
            Segment::Wildcard(_) => value(path, values, true),
            Segment::Mixed(parts) => {
                for part in *parts {
                    match part {
                        Part::Literal(text) => path.push_str(text),
                        Part::Param(_) => value(path, values, false),
                    }
                }
            }
        }
    }
}

fn value(path: &mut String, values: &mut dyn Iterator<Item = &dyn fmt::Display>, slashes: bool) {
    let Some(value) = values.next() else { return };
    // A value whose `Display` fails is kept as far as it came.
    let _ = write!(Escaping { path, slashes }, "{value}");
}

/// Percent-encodes what may not stand in a segment ([RFC 3986 §3.3](https://www.rfc-editor.org/rfc/rfc3986#section-3.3)), and `%`.
struct Escaping<'p> {
    path: &'p mut String,
    slashes: bool,
}

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => self.path.push(char::from(byte)),
                b'/' if self.slashes => self.path.push('/'),
                byte if b"-._~!$&'()*+,;=:@".contains(&byte) => self.path.push(char::from(byte)),
                byte => write!(self.path, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for RoutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RoutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoutePath({})", self.0)
    }
}

impl AsRef<str> for RoutePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<RoutePath> for String {
    fn from(path: RoutePath) -> Self {
        path.0
    }
}

impl PartialEq<str> for RoutePath {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for RoutePath {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for RoutePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Where `table` lists `handler`, for a path with values for just the parameters `names` of prefixes.
#[doc(hidden)]
#[track_caller]
#[must_use]
pub const fn uri_of<C>(table: &Table<C>, handler: RouteRef, names: &[&str]) -> u32 {
    table.data().uri_of(handler, names)
}

/// `path`, that of route number `at` of `table`, behind the prefixes of the groups around it.
#[doc(hidden)]
pub fn full_uri<C>(table: &Table<C>, at: u32, path: RoutePath, values: &[(&str, &dyn fmt::Display)]) -> RoutePath {
    let mut full = String::new();
    for segment in table.data().route(at).groups().flat_map(|group| group.segments) {
        let given = |name| values.iter().find(move |(known, _)| known.trim_start_matches("r#") == name);
        let mut values = segment.param_names().filter_map(given).map(|(_, value)| *value);
        write(&mut full, std::slice::from_ref(segment), &mut values);
    }
    full.push_str(&path.0);
    RoutePath::rooted(full)
}

/// `Self` can be written in the place of a path parameter that is read as `T`: a `T`, or a reference to one, that is
/// `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written for a path parameter that is read as `{T}`",
    label = "no `{T}` that can be written",
    note = "help: give a `{T}`, which has to be `Display`: what it writes is what the handler reads"
)]
pub trait PathValue<T>: fmt::Display {}

impl<T: fmt::Display> PathValue<T> for T {}
#[diagnostic::do_not_recommend]
impl<T: fmt::Display> PathValue<T> for &T {}

/// The path of a route in a table, the prefixes of its groups included: `uri!(TABLE, get_user(42))`.
///
/// [`get_user::uri(42)`](RoutePath) is the path as the handler's attribute has it; only the table knows what groups put
/// before it. The compiler looks the handler up: it has to be listed there, and once. Parameters of prefixes are given by name.
///
/// ```
/// use di_server::{prelude::*, uri};
///
/// # #[derive(Container)] pub struct App {}
/// #[get("/members/{id}")]
/// async fn member(id: Path<u64>, team: Path<String>) -> String {
///     // A handler may name the table that lists it.
///     uri!(TABLE, member(id.0 + 1), team = &team.0).into()
/// }
///
/// static TABLE: Table<App> = table![group("/teams/{team}", member)];
///
/// assert_eq!(uri!(TABLE, member(7), team = "a b").to_string(), "/teams/a%20b/members/7");
/// ```
#[macro_export]
macro_rules! uri {
    // Before a path is read, which may end in parentheses as well.
    ($($handler:ident)::+ ($($values:tt)*) $(,)?) => {
        ::core::compile_error!("`uri!` takes the table first, in which the handler is listed\nhelp: write it as in `uri!(TABLE, get_user(42))`")
    };
    ($table:path, $($handler:ident)::+ ($($value:expr),* $(,)?) $(, $name:ident = $prefix:expr)* $(,)?) => {{
        const AT: u32 = $crate::__private::uri_of(
            &$table,
            <$($handler)::+ as $crate::graph::Handler<_>>::ROUTE,
            &[$(::core::stringify!($name)),*],
        );
        $crate::__private::full_uri(
            &$table,
            AT,
            <$($handler)::+>::uri($($value),*),
            &[$((::core::stringify!($name), &$prefix)),*],
        )
    }};
    (& $($rest:tt)*) => {
        ::core::compile_error!("`uri!` takes the table by its name\nhelp: write it without `&`, as in `uri!(TABLE, get_user(42))`")
    };
    ($($rest:tt)*) => {
        ::core::compile_error!(
            "`uri!` takes a table and a handler of it, called with the values of its path\nhelp: write it as in `uri!(TABLE, get_user(42))`"
        )
    };
}
