//! How does a handler see what a layer has found out?

use std::any::type_name;

use di_core::graph::{Extract, Rejection, RequestView, Source};

use super::wrapper::wrapper;

wrapper! {
    /// What a layer of tower has put into the request's extensions, such as the `RequestId` of tower-http; a copy of it.
    ///
    /// What is known without a layer is better a provider: that is there whoever serves, and a test can replace it.
    ///
    /// # Errors
    ///
    /// A 500, explained in the log, where no layer has put one there: `Option<Extension<T>>` is `None` then.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::graph::{Extract, RequestView};
    /// use di_server::extract::Extension;
    ///
    /// #[derive(Clone)]
    /// struct Region(&'static str);
    ///
    /// let request = http::Request::get("/").extension(Region("north")).body(())?;
    /// let (parts, ()) = request.into_parts();
    ///
    /// // In a handler: `region: Extension<Region>`.
    /// let Extension(region) = Extension::<Region>::extract(RequestView::of(&parts), "region")?;
    /// assert_eq!(region.0, "north");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Extension,
    "`_` must be `Clone`, `Send` and `Sync`; help: add `#[derive(Clone)]` to it"
}

impl<T: Clone + Send + Sync + 'static> Extract for Extension<T> {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        request.parts.extensions.get::<T>().cloned().map(Self).ok_or_else(|| {
            let of = type_name::<T>();
            let cause = format!("`{name}: Extension<{of}>` needs a layer that puts one into the request's extensions");
            Rejection::internal(cause).absent()
        })
    }
}
