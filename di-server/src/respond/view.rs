//! How is a value sent without what is not for clients?

use std::{any::type_name, fmt};

use di_core::{
    describe::Replies,
    response::{IntoResponse, Response, unexplained},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::Json;

/// Of a value of whatever type, what `T` declares: its fields by their names, at every depth, sent as JSON.
///
/// For values whose shape is known only at run time, or whose type is somebody else's; for a type of your own an
/// `impl From<User> for UserOut` and `Json<UserOut>` cost less, and are checked by the compiler. Fields that `T` does not declare
/// are dropped, unless it says `#[serde(deny_unknown_fields)]`; those that it has defaults for may be missing.
///
/// A value that lacks what `T` declares, or has it as another type, is the service's own fault: a 500, and the log says why.
///
/// ```
/// use di_server::prelude::*;
/// use serde_json::json;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct UserOut {
///     name: String,
/// }
///
/// async fn me() -> View<UserOut> {
///     View::of(&json!({ "name": "Ada", "password_hash": "$argon2id$.." }))
/// }
/// ```
#[must_use = "a view is sent by being returned"]
pub struct View<T>(Result<T, serde_json::Error>);

impl<T: DeserializeOwned> View<T> {
    /// What `T` declares of `value`.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Self {
        Self(serde_json::to_value(value).and_then(serde_json::from_value))
    }

    /// What was taken of the value.
    ///
    /// # Errors
    ///
    /// If the value lacks something, or has it as another type.
    pub fn into_inner(self) -> Result<T, serde_json::Error> {
        self.0
    }
}

impl<T: Serialize> IntoResponse for View<T> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        match self.0 {
            Ok(value) => Json(value).into_response(),
            Err(error) => unexplained(format!("a value could not be sent as `{}`: {error}", type_name::<T>())),
        }
    }

    fn describe(replies: &mut Replies) {
        replies.ok("application/json", replies.schema());
    }
}

#[cfg(feature = "openapi")]
impl<T: schemars::JsonSchema> di_core::describe::HasSchema for View<T> {
    const SCHEMA: di_core::describe::Schema = crate::openapi::schema::<T>();
}

impl<T> fmt::Debug for View<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View<{}>", type_name::<T>())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Out {
        name: String,
        #[serde(default)]
        age: u8,
        friends: Vec<Friend>,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Friend {
        id: u32,
    }

    fn view(value: &Value) -> Result<Value, String> {
        let out = View::<Out>::of(value).into_inner().map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(out).expect("JSON"))
    }

    #[test]
    fn what_is_not_declared_is_dropped_at_every_depth() {
        let value = json!({ "name": "Ada", "hash": "x", "friends": [{ "id": 1, "hash": "y" }], "note": null });
        assert_eq!(view(&value), Ok(json!({ "name": "Ada", "age": 0, "friends": [{ "id": 1 }] })));
    }

    #[test]
    fn what_is_declared_and_not_there_is_the_services_fault() {
        for value in [json!({ "friends": [] }), json!({ "name": 1, "friends": [] }), json!([]), json!(null)] {
            assert!(view(&value).is_err(), "{value}");
            let response = View::<Out>::of(&value).into_response();
            assert_eq!(response.status(), 500);
        }
        assert_eq!(View::<Out>::of(&json!({ "name": "Ada", "friends": [] })).into_response().status(), 200);
    }
}
