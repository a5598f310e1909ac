//! How is the query string read?

use di_core::{
    describe::{Operation, Subject},
    graph::{Extract, Rejection, RequestView, Source},
};
use serde::de::DeserializeOwned;

use super::{
    values::{self, Place},
    wrapper::wrapper,
};

wrapper! {
    /// Reads the query string: a scalar or a list by the parameter's name, a struct by its fields' names.
    ///
    /// Pairs are decoded as forms are, `+` being a space. `#[serde(deny_unknown_fields)]` refuses names that the struct
    /// does not have.
    ///
    /// # Errors
    ///
    /// What is missing, repeated or not of its type becomes an entry of the request's 422 with `"in": "query"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::Query;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Page {
    ///     offset: u32,
    ///     limit: Option<u32>,
    /// }
    ///
    /// let (parts, ()) = http::Request::get("/items?offset=20&tag=a&tag=b").body(())?.into_parts();
    /// let request = RequestView::of(&parts);
    ///
    /// // In a handler: `page: Query<Page>, tag: Query<Vec<String>>`.
    /// let page = Query::<Page>::extract(request, "page")?;
    /// assert_eq!((page.offset, page.limit), (20, None));
    /// let Query(tag) = Query::<Vec<String>>::extract(request, "tag")?;
    /// assert_eq!(tag, ["a", "b"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Query,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it, or ask for a number, `String`, `bool` or a `Vec` of these"
}

impl<T: DeserializeOwned + Send + 'static> Extract for Query<T> {
    const SOURCE: Source = Source::Query;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        let query = request.parts.uri.query().unwrap_or_default();
        values::read(Place::Query(query), name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        values::describe::<T>(Source::Query, Some(Place::Query("")), subject, operation);
    }
}
