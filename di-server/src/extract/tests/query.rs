//! Scalars and lists in a query string.

use std::fmt::Debug;
use std::net::Ipv4Addr;
use std::num::NonZeroU8;

use serde::{Deserialize, de::DeserializeOwned};

use super::Request;
use crate::extract::Query;

pub(super) fn request(query: &str) -> Request {
    Request::get(&format!("/?{query}"))
}

#[track_caller]
pub(super) fn reads<T: DeserializeOwned + Debug + PartialEq + Send + 'static>(query: &str, expected: T) {
    let value = request(query).extract::<Query<T>>("q");
    assert_eq!(value.map(|Query(value)| value).map_err(|e| e.to_string()), Ok(expected), "{query}");
}

#[track_caller]
pub(super) fn refuses<T: DeserializeOwned + Debug + Send + 'static>(query: &str, expected: &[&str]) {
    let refusal = request(query).refusal::<Query<T>>("q");
    assert!(!refusal.absent || expected.iter().all(|entry| entry.contains(" missing: ")), "{query}");
    assert_eq!(refusal.entries(), expected, "{query}");
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Order {
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

/// What takes whatever there is could be a value by name or a map of all names.
#[test]
fn what_takes_anything_is_absent_without_a_value_of_its_name() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Text(String),
    }
    /// As decimal numbers of several libraries are.
    #[derive(Debug, PartialEq)]
    struct Decimal(String);
    impl<'de> Deserialize<'de> for Decimal {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Digits;
            impl serde::de::Visitor<'_> for Digits {
                type Value = Decimal;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a decimal number")
                }

                fn visit_str<E>(self, digits: &str) -> Result<Decimal, E> {
                    Ok(Decimal(digits.to_owned()))
                }
            }
            deserializer.deserialize_any(Digits)
        }
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Tagged {
        A { x: String },
    }
    reads("q=1.5", Decimal("1.5".into()));
    reads("q=a", Untagged::Text("a".into()));
    reads("kind=a&x=1", Tagged::A { x: "1".into() });
    for query in ["", "x=1"] {
        assert!(request(query).refusal::<Query<Decimal>>("q").absent, "{query}");
        assert!(request(query).refusal::<Query<Untagged>>("q").absent, "{query}");
        refuses::<Decimal>(query, &["query q missing: is required"]);
        refuses::<Untagged>(query, &["query q missing: is required"]);
    }
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
