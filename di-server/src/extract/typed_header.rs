//! How is a header read whose form is defined by a standard?

use di_core::{
    describe::{Operation, Schema, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::InvalidInput,
};
use headers::Header;

use super::wrapper::wrapper;

wrapper! {
    /// Reads a header of a type that knows its grammar, of the crate `headers`: `TypedHeader<headers::IfModifiedSince>`.
    ///
    /// # Errors
    ///
    /// A header that is missing or malformed becomes an entry of the request's 422 with `"in": "header"`. One that is missing is
    /// absent: `Option<TypedHeader<H>>` is `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::TypedHeader;
    /// use headers::{HeaderMapExt, Range};
    ///
    /// let (parts, ()) = http::Request::get("/").header("Range", "bytes=0-99").body(())?.into_parts();
    /// let request = RequestView::of(&parts);
    ///
    /// // In a handler: `range: TypedHeader<Range>`.
    /// let TypedHeader(range) = TypedHeader::<Range>::extract(request, "range")?;
    /// assert_eq!(range, Range::bytes(0..100)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    TypedHeader,
    "`_` must be a header of the crate `headers`; help: take `TypedHeader<headers::Range>` or the like, or `Header<..>` for text"
}

impl<H: Header + Send + 'static> Extract for TypedHeader<H> {
    const SOURCE: Source = Source::Header;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let name = H::name();
        let mut lines = request.parts.headers.get_all(name).iter().peekable();
        if lines.peek().is_none() {
            return Err(Rejection::missing("header", name.as_str()));
        }
        H::decode(&mut lines).map(Self).map_err(|_| {
            let message = format!("is no valid `{name}` header");
            Rejection::invalid(vec![InvalidInput::invalid("header", name.as_str(), message)])
        })
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        let schema = Schema::STRING;
        operation.parameter(Source::Header, Subject { name: H::name().as_str(), schema, ..subject });
    }
}
