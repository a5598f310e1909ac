//! How are cookies read?

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
    /// Reads cookies: a scalar or a list by the parameter's name, a struct by its fields' names.
    ///
    /// Values are percent-decoded, and taken without quotes around them: what [`Cookies`](crate::Cookies) sets comes back as it
    /// was. Of several with one name, a scalar takes the first, which browsers make the one with the most specific path; what is
    /// no cookie is passed over.
    ///
    /// # Errors
    ///
    /// What is missing or not of its type becomes an entry of the request's 422 with `"in": "cookie"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::Cookie;
    ///
    /// let (parts, ()) = http::Request::get("/").header("Cookie", "theme=dark; session=7f3a").body(())?.into_parts();
    /// let request = RequestView::of(&parts);
    ///
    /// // In a handler: `session: Cookie<String>`.
    /// let Cookie(session) = Cookie::<String>::extract(request, "session")?;
    /// assert_eq!(session, "7f3a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Cookie,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it, or ask for a `String` or a number"
}

impl<T: DeserializeOwned + Send + 'static> Extract for Cookie<T> {
    const SOURCE: Source = Source::Cookie;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        values::read(Place::Cookie(&request.parts.headers), name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        values::describe::<T>(Source::Cookie, Some(Place::Cookie(&HeaderMap::new())), subject, operation);
    }
}
