//! How is the document served?

use std::{any::Any, sync::OnceLock};

use bytes::Bytes;
use di_core::{
    response::{IntoResponse, Response},
    route::TableData,
};
#[cfg(feature = "docs")]
use http::{HeaderMap, Uri};
use http::{
    HeaderName,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use super::OpenApi;

/// What changes the document of a table.
pub type Describe = fn(OpenApi) -> OpenApi;

/// The document of a table, made when it is first asked for.
#[derive(Debug)]
pub struct Served {
    package: (&'static str, &'static str),
    describe: Option<Describe>,
    made: OnceLock<Made>,
}

#[derive(Debug)]
struct Made {
    json: Bytes,
    #[cfg(feature = "docs")]
    page: super::page::Page,
}

impl Served {
    /// Not made yet.
    #[must_use]
    pub const fn new(name: Option<&'static str>, version: Option<&'static str>, describe: Option<Describe>) -> Self {
        let package = match (name, version) {
            (Some(name), Some(version)) => (name, version),
            _ => ("", ""),
        };
        Self { package, describe, made: OnceLock::new() }
    }

    fn made(&self, table: &TableData) -> &Made {
        self.made.get_or_init(|| {
            let document = OpenApi::of(table, self.package);
            let document = match self.describe {
                Some(describe) => describe(document),
                None => document,
            };
            Made {
                json: document.to_json().into(),
                #[cfg(feature = "docs")]
                page: super::page::Page::of(&document),
            }
        })
    }

    /// Changes the document behind `document`, a [`OpenApi`] in an `Option`.
    pub fn describe(&self, document: &mut dyn Any) {
        if let (Some(document), Some(describe)) = (document.downcast_mut::<Option<OpenApi>>(), self.describe) {
            *document = document.take().map(describe);
        }
    }

    /// The document.
    pub fn json(&self, table: &TableData) -> Response {
        // A client may keep it and has to ask whether it is still so.
        let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")];
        (headers, self.made(table).json.clone()).into_response()
    }

    /// The page that shows the document.
    #[cfg(feature = "docs")]
    pub fn page(&self, table: &TableData, uri: &Uri) -> Response {
        self.made(table).page.response(uri.path())
    }

    /// What the page loads.
    #[cfg(feature = "docs")]
    pub fn asset(&self, table: &TableData, (uri, headers): (&Uri, &HeaderMap)) -> Response {
        let name = uri.path().rsplit('/').next().unwrap_or_default();
        if name == super::page::DOCUMENT { self.json(table) } else { super::page::asset(name, headers) }
    }
}
