//! How are headers read?

use di_core::{
    describe::{Operation, Subject},
    graph::{Extract, Rejection, RequestView, Source},
};
use http::HeaderMap;
use serde::de::DeserializeOwned;

use super::{
    values::{self, Place},
    wrapper::wrapper,
};

wrapper! {
    /// Reads headers: a scalar or a list by the parameter's name, a struct by its fields' names.
    ///
    /// In names, `_` stands for `-` and case does not matter: `user_agent` is `User-Agent`. A list takes each header of the
    /// name as one value; what a header lists between commas is not taken apart. Under `#[serde(flatten)]` serde compares
    /// names itself, so fields there are renamed to what the header is called, in lower case.
    ///
    /// # Errors
    ///
    /// What is missing, repeated or not of its type becomes an entry of the request's 422 with `"in": "header"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::Header;
    ///
    /// let (parts, ()) = http::Request::get("/").header("User-Agent", "curl/8").body(())?.into_parts();
    /// let request = RequestView::of(&parts);
    ///
    /// // In a handler: `user_agent: Header<String>`.
    /// let Header(user_agent) = Header::<String>::extract(request, "user_agent")?;
    /// assert_eq!(user_agent, "curl/8");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Header,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it, or ask for a `String` or a number"
}

impl<T: DeserializeOwned + Send + 'static> Extract for Header<T> {
    const SOURCE: Source = Source::Header;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        values::read(Place::Header(&request.parts.headers), name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        values::describe::<T>(Source::Header, Some(Place::Header(&HeaderMap::new())), subject, operation);
    }
}
