use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::Ipv4Addr;
use std::num::NonZeroU8;

use serde::{Deserialize, de::DeserializeOwned};

use super::Request;
use crate::extract::Query;

fn request(query: &str) -> Request {
    Request::get(&format!("/?{query}"))
}

#[track_caller]
fn reads<T: DeserializeOwned + Debug + PartialEq + Send + 'static>(query: &str, expected: T) {
    let value = request(query).extract::<Query<T>>("q");
    assert_eq!(value.map(|Query(value)| value).map_err(|e| e.to_string()), Ok(expected), "{query}");
}

#[track_caller]
fn refuses<T: DeserializeOwned + Debug + Send + 'static>(query: &str, expected: &[&str]) {
    let refusal = request(query).refusal::<Query<T>>("q");
    assert!(!refusal.absent || expected.iter().all(|entry| entry.contains(" missing: ")), "{query}");
    assert_eq!(refusal.entries(), expected, "{query}");
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Asc,
    Desc,
}

#[test]
fn a_scalar_is_read_by_the_parameters_name() {
    reads("q=7", 7_u8);
    reads("p=1&q=7&r=2", 7_i128);
    reads("q=%2B7", 7_i64);
    reads("q=-7", -7_isize);
    reads("q=2.5", 2.5_f64);
    reads("q=1e3", 1000.0_f32);
    reads("q=x", 'x');
    reads("q=%C3%A9", 'é');
    reads("q=text", "text".to_owned());
    reads("q", String::new());
    reads("q=", String::new());
    reads("q=a=b", "a=b".to_owned());
    reads("q=desc", Order::Desc);
    reads("q=3", NonZeroU8::new(3));
    reads("q=127.0.0.1", Ipv4Addr::LOCALHOST);
    reads("", None::<u32>);
    reads("q=5", Some(5));
    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(u64);
    reads("q=9", Id(9));
}

#[test]
fn pairs_are_decoded_as_forms_are() {
    reads("q=a+b%20c%2B", "a b c+".to_owned());
    reads("%71=x", "x".to_owned());
    reads("&&q=1&", 1_u8);
    reads("q=100%&x", "100%".to_owned());
    refuses::<String>("q=%FF", &["query q invalid: expected UTF-8, got other bytes"]);
    refuses::<u8>("q=+%FF", &["query q invalid: expected UTF-8, got other bytes"]);
    reads("other=%FF&%FF=1&q=1", 1_u8);
}

#[test]
fn booleans_are_fastapis() {
    for (text, expected) in [("true", true), ("1", true), ("Yes", true), ("ON", true), ("f", false), ("0", false)] {
        reads(&format!("q={text}"), expected);
    }
    refuses::<bool>("q=2", &["query q invalid: expected `true` or `false`, got `2`"]);
    refuses::<bool>("q", &["query q invalid: expected `true` or `false`, got an empty value"]);
}

#[test]
fn what_is_no_such_scalar_says_what_was_expected() {
    refuses::<u32>("q=abc", &["query q invalid: expected an integer from 0 to 4294967295, got `abc`"]);
    refuses::<u8>("q=256", &["query q invalid: out of range: expected an integer from 0 to 255, got `256`"]);
    refuses::<u8>("q=-1", &["query q invalid: out of range: expected an integer from 0 to 255, got `-1`"]);
    refuses::<i8>("q=-129", &["query q invalid: out of range: expected an integer from -128 to 127, got `-129`"]);
    refuses::<u8>("q=1.0", &["query q invalid: expected an integer from 0 to 255, got `1.0`"]);
    refuses::<u8>("q=-", &["query q invalid: expected an integer from 0 to 255, got `-`"]);
    refuses::<u8>("q=", &["query q invalid: expected an integer from 0 to 255, got an empty value"]);
    refuses::<NonZeroU8>("q=0", &["query q invalid: expected a nonzero u8, got integer `0`"]);
    refuses::<f64>("q=x", &["query q invalid: expected a number, got `x`"]);
    refuses::<f64>("q=NaN", &["query q invalid: expected a number, got `NaN`"]);
    refuses::<f32>("q=1e39", &["query q invalid: out of range: expected a finite number, got `1e39`"]);
    refuses::<char>("q=ab", &["query q invalid: expected one character, got `ab`"]);
    refuses::<Order>("q=up", &["query q invalid: expected one of `asc`, `desc`, got `up`"]);
    refuses::<Ipv4Addr>("q=x", &["query q invalid: invalid IPv4 address syntax"]);
    let long = "x".repeat(1000);
    let cut = format!("query q invalid: expected a number, got `{}…`", "x".repeat(64));
    refuses::<f64>(&format!("q={long}"), &[&cut]);
    refuses::<char>("q=a%0Ab", &["query q invalid: expected one character, got `a\\nb`"]);
}

#[test]
fn nothing_of_the_name_is_absent() {
    for query in ["", "p=1", "Q=1", "qq=1"] {
        let refusal = request(query).refusal::<Query<u32>>("q");
        assert!(refusal.absent);
        assert_eq!(refusal.entries(), ["query q missing: is required"]);
    }
    assert!(Request::get("/").refusal::<Query<Vec<u32>>>("q").absent);
    assert!(!request("q=x").refusal::<Query<u32>>("q").absent);
}

#[test]
fn a_scalar_given_twice_is_refused_and_a_list_takes_all() {
    refuses::<u32>("q=1&q=2", &["query q repeated: is given more than once"]);
    refuses::<Option<u32>>("q=1&q=1", &["query q repeated: is given more than once"]);
    reads("q=1&p=9&q=2", vec![1, 2]);
    reads("q=1", vec![1]);
    reads("q=1&q=2", [1, 2]);
    refuses::<[u8; 2]>("q=1", &["query q invalid: expected 2 values, got 1 value"]);
    refuses::<Vec<u8>>("q=1&q=x", &["query q invalid: value 2: expected an integer from 0 to 255, got `x`"]);
    refuses::<Vec<u8>>("q=x", &["query q invalid: expected an integer from 0 to 255, got `x`"]);
}

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
            "query b invalid: is not known here, expected `a`",
            "query c invalid: is not known here, expected `a`",
            "query a invalid: expected an integer from 0 to 255, got `x`",
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
}

#[test]
fn very_many_names_cost_no_more_than_their_length() {
    let mut query = (0..5000).fold(String::new(), |query, i| query + &format!("k{i}&"));
    query.push_str("offset=x");
    refuses::<Page>(&query, &["query offset invalid: expected an integer from 0 to 4294967295, got `x`"]);
    let Query(map) = request(&query).extract::<Query<HashMap<String, String>>>("q").expect("text is text");
    assert_eq!(map.len(), 5001);
    assert_eq!(request(&query).refusal::<Query<HashMap<String, u8>>>("q").entries().len(), 32);
}
