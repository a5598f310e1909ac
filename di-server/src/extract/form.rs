//! How is a form read from a body?

use di_core::{
    describe::{Operation, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::Problem,
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;

use super::{
    content_type::{is_no_form, require_form},
    values::{self, Place},
    wrapper::wrapper,
};

wrapper! {
    /// Reads the body as a form, `application/x-www-form-urlencoded` ([URL standard]): a struct by its fields' names, a
    /// scalar or a list by the parameter's name.
    ///
    /// It reads what [`Query`](super::Query) reads, in the same way. The query string is not looked at.
    ///
    /// # Errors
    ///
    /// - 415 if the content type is another, or there is a body without one;
    /// - 400 if the body is not UTF-8;
    /// - an entry of the request's 422, with the JSON pointer of the field, for each that is missing, repeated or not of its
    ///   type.
    ///
    /// It is absent, `Option<Form<T>>` being `None`, with neither a body nor a content type, and where the form has none of
    /// the names that it reads and it cannot be built without them.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::Form;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Order {
    ///     item: String,
    ///     #[serde(default)]
    ///     extra: Vec<String>,
    /// }
    ///
    /// let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(())?;
    /// let (parts, ()) = request.into_parts();
    /// let body = "item=green+tea&extra=milk&extra=honey".into();
    /// let request = RequestView { body: Some(&body), ..RequestView::of(&parts) };
    ///
    /// // In a handler: `order: Form<Order>`.
    /// let Form(order) = Form::<Order>::extract(request, "order")?;
    /// assert_eq!(order.item, "green tea");
    /// assert_eq!(order.extra, ["milk", "honey"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [URL standard]: https://url.spec.whatwg.org/#application/x-www-form-urlencoded
    Form,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it"
}

impl<T: DeserializeOwned + Send + 'static> Extract for Form<T> {
    const SOURCE: Source = Source::Body;
    const REFUSES: Option<fn(&HeaderMap) -> bool> = Some(is_no_form);

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        let body = text(request)?;
        values::read(Place::Form(body), name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        operation
            .body("application/x-www-form-urlencoded", subject)
            .refusal(StatusCode::BAD_REQUEST, "The body is no form.")
            .refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body does not say that it is a form.")
            .invalid();
    }
}

/// The form as it was sent.
fn text(request: RequestView<'_>) -> Result<&str, Rejection> {
    let body = request.body.map_or(&[][..], |body| body);
    let headers = &request.parts.headers;
    if body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        let problem = Problem::new(StatusCode::BAD_REQUEST).detail("the body is empty, expected a form");
        return Err(Rejection::refused(problem).absent());
    }
    require_form(headers)?;
    std::str::from_utf8(body).map_err(|error| {
        let detail =
            format!("the form is not UTF-8: byte {}, counted from 0, starts no character", error.valid_up_to());
        Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
    })
}
