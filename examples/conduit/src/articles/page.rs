//! Which of many articles?

use di_server::openapi::JsonSchema;
use garde::Validate;
use serde::Deserialize;

/// How many articles are in a response at most, however many are asked for.
const MOST: u32 = 100;

#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct Page {
    /// The number of items to skip before starting to collect the result set.
    #[garde(skip)]
    offset: Option<u32>,
    /// The number of items to return.
    #[serde(default = "twenty")]
    #[garde(range(min = 1))]
    #[schemars(range(min = 1))]
    limit: u32,
}

fn twenty() -> u32 {
    20
}

impl Page {
    pub(super) fn offset(&self) -> i64 {
        self.offset.unwrap_or(0).into()
    }

    pub(super) fn limit(&self) -> i64 {
        self.limit.min(MOST).into()
    }
}

/// Which articles: what is not given, does not matter.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Filter {
    /// Filter by tag.
    pub(super) tag: Option<String>,
    /// Filter by author (username).
    pub(super) author: Option<String>,
    /// Filter by favorites of a user (username).
    pub(super) favorited: Option<String>,
}
