//! Structs and maps in a query string.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;
use std::num::NonZeroU8;

use serde::Deserialize;

use super::query::{Order, reads, refuses, request};
use crate::extract::Query;

#[derive(Debug, PartialEq, Deserialize)]
struct Page {
    offset: u32,
    limit: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
    #[serde(rename = "sort-by", alias = "sort", default = "descending")]
    order: Order,
}

fn descending() -> Order {
    Order::Desc
}

#[test]
fn a_struct_is_read_by_its_fields() {
    let page = |offset, limit, tag: &[&str], order| Page {
        offset,
        limit,
        tag: tag.iter().map(ToString::to_string).collect(),
        order,
    };
    reads("offset=1", page(1, None, &[], Order::Desc));
    reads("tag=a&limit=5&offset=1&tag=b&x=y", page(1, Some(5), &["a", "b"], Order::Desc));
    reads("offset=1&sort-by=asc", page(1, None, &[], Order::Asc));
    reads("offset=1&sort=asc", page(1, None, &[], Order::Asc));
    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Page);
    reads("offset=1", Wrapped(page(1, None, &[], Order::Desc)));
}

#[test]
fn every_faulty_field_of_a_struct_is_reported_in_order() {
    refuses::<Page>(
        "sort=up&limit=x&tag=a",
        &[
            "query offset missing: is required",
            "query limit invalid: expected an integer from 0 to 4294967295, got `x`",
            "query sort invalid: expected one of `asc`, `desc`, got `up`",
        ],
    );
    refuses::<Page>(
        "offset=1&offset=2&sort=asc&sort-by=asc",
        &["query offset repeated: is given more than once", "query sort-by repeated: is given more than once"],
    );
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct All {
        a: u8,
        b: NonZeroU8,
        c: String,
        d: Ipv4Addr,
        e: char,
        f: Order,
        g: Vec<u8>,
        h: bool,
        i: (u8, u8),
        j: f32,
    }
    let missing = |name: char| format!("query {name} missing: is required");
    let names = 'a'..='j';
    let refusal = request("").refusal::<Query<All>>("q");
    assert!(refusal.absent);
    assert_eq!(refusal.entries(), names.map(missing).collect::<Vec<_>>());
    let entries = request("j=x&a=1&d=x").refusal::<Query<All>>("q").entries();
    assert_eq!(entries.len(), 9);
    assert_eq!(entries[8], "query j invalid: expected a number, got `x`");
}

#[derive(Debug)]
struct Stubborn;

impl<'de> Deserialize<'de> for Stubborn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format_args!("never `{text}`")))
    }
}

#[test]
fn a_field_that_takes_no_placeholder_hides_only_what_is_missing_behind_it() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Hard {
        a: u8,
        b: Stubborn,
        c: u8,
        d: u8,
    }
    let entries = ["query a missing: is required", "query b missing: is required"];
    refuses::<Hard>("", &entries);
    let d = "query d invalid: expected an integer from 0 to 255, got `x`";
    refuses::<Hard>("d=x", &[entries[0], entries[1], d]);
    refuses::<Hard>("b=1&d=x", &[entries[0], "query b invalid: never `1`", d]);
}

#[test]
fn a_struct_is_absent_only_if_no_field_is_there_and_it_cannot_do_without() {
    assert!(request("x=1").refusal::<Query<Page>>("q").absent);
    assert!(!request("limit=1").refusal::<Query<Page>>("q").absent);
    #[derive(Debug, PartialEq, Deserialize)]
    struct Optional {
        a: Option<u8>,
    }
    reads("", Optional { a: None });
}

#[test]
fn unknown_names_are_refused_where_the_struct_says_so() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        a: u8,
    }
    reads("a=1", Strict { a: 1 });
    refuses::<Strict>(
        "b=1&a=x&c=2",
        &[
            "query a invalid: expected an integer from 0 to 255, got `x`",
            "query b invalid: is not known here, expected `a`",
            "query c invalid: is not known here, expected `a`",
        ],
    );
}

#[test]
fn maps_and_tagged_enums_see_everything() {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    reads::<HashMap<String, String>>("a=1&b=2", map(&[("a", "1"), ("b", "2")]));
    reads::<HashMap<String, String>>("", map(&[]));
    reads("a=1&a=2", BTreeMap::from([("a".to_owned(), vec![1, 2])]));
    reads("1=a", BTreeMap::from([(1_u8, 'a')]));
    refuses::<HashMap<String, u8>>(
        "a=x&b=1&c=y",
        &[
            "query a invalid: expected an integer from 0 to 255, got `x`",
            "query c invalid: expected an integer from 0 to 255, got `y`",
        ],
    );
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Filter {
        Name { name: String },
    }
    reads("kind=name&name=x", Filter::Name { name: "x".to_owned() });
    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        own: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }
    reads("own=1&b=2", Outer { own: 1, rest: BTreeMap::from([("b".to_owned(), "2".to_owned())]) });
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Inner {
        number: u8,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Around {
        #[serde(flatten)]
        inner: Inner,
    }
    assert!(request("number=1").extract::<Query<Inner>>("q").is_ok());
    assert!(request("number=1").extract::<Query<Around>>("q").is_err(), "serde has kept the number as text");
}

#[test]
fn what_no_query_can_hold_is_told_of_without_the_names_of_types() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Inner {
        number: u8,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Outer {
        inner: Vec<Inner>,
    }
    refuses::<Outer>("inner=1", &["query inner invalid: expected an object, got string \"1\""]);
}

#[test]
fn very_many_names_are_read_and_few_tries_are_made_with_them() {
    let keys = |n: u32| (0..n).fold(String::new(), |query, i| query + &format!("k{i}=x&"));
    let many = keys(5000) + "offset=x";
    let offset = "query offset invalid: expected an integer from 0 to 4294967295, got `x`";
    refuses::<Page>(&many, &[offset]);
    let Query(map) = request(&many).extract::<Query<HashMap<String, String>>>("q").expect("text is text");
    assert_eq!(map.len(), 5001);
    assert_eq!(request(&many).refusal::<Query<HashMap<String, u8>>>("q").entries().len(), 2);
    assert_eq!(request(&keys(100)).refusal::<Query<HashMap<String, u8>>>("q").entries().len(), 32);
    // Values of one name are as many.
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Three {
        a: u8,
        b: u8,
        c: u8,
    }
    let wrong = |n| request(&("a=x&".repeat(n) + "b=x&c=x")).refusal::<Query<Three>>("q").entries().len();
    assert_eq!((wrong(10), wrong(5000)), (3, 2));
}
