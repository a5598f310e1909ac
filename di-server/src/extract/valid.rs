//! How is a value validated with what the application knows?

use std::ops::{Deref, DerefMut};

use di_core::{
    describe::{HasSchema, Operation, Schema, Subject},
    graph::{
        CheckWith, Checked, Extract, Node, NodeRef, Param, PathShape, Provide, ReadStream, Rejection, RequestView,
        SecurityScheme, Source,
    },
};

/// Reads a `W`, such as `Json<T>`, and validates it with a context that is a dependency; with the feature `garde`.
///
/// `T` implements `garde::Validate` with `#[garde(context(Words))]`, and something provides `Words`. What is wrong joins the
/// request's one 422, as it does for values that need no context or one that is `Default`, which take no `Valid`. Of one that needs none it
/// says that there are rules: where `T` is not `garde::Validate`, it does not compile.
///
/// # Examples
///
/// ```
/// use di_server::prelude::*;
/// use garde::Validate;
///
/// #[derive(Container)]
/// pub struct App {
///     words: Words,
/// }
///
/// pub struct Words(Vec<&'static str>);
///
/// #[provider(singleton)]
/// fn words() -> Words {
///     Words(vec!["sausage"])
/// }
///
/// #[derive(serde::Deserialize, Validate)]
/// #[garde(context(Words))]
/// pub struct Comment {
///     #[garde(custom(decent))]
///     text: String,
/// }
///
/// fn decent(text: &str, words: &Words) -> garde::Result {
///     let found = words.0.iter().find(|word| text.contains(**word));
///     found.map_or(Ok(()), |word| Err(garde::Error::new(format!("says `{word}`"))))
/// }
///
/// #[post("/comments")]
/// async fn comment(comment: Valid<Json<Comment>>) -> String {
///     format!("noted: {}", comment.text)
/// }
///
/// static TABLE: Table<App> = table![comment];
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// let said = |text: &str| client.post("/comments").json(&serde_json::json!({ "text": text }));
/// said("hello").await.assert_text("noted: hello");
/// said("you sausage").await.assert_status(422);
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Valid<W>(pub W);

impl<W> Deref for Valid<W> {
    type Target = W;

    fn deref(&self) -> &W {
        &self.0
    }
}

impl<W> DerefMut for Valid<W> {
    fn deref_mut(&mut self) -> &mut W {
        &mut self.0
    }
}

impl<W: CheckWith> CheckWith for Valid<W> {
    type Context = W::Context;

    fn check_with(&self, context: &W::Context, request: RequestView<'_>, name: &'static str) -> Result<(), Rejection> {
        self.0.check_with(context, request, name)
    }
}

impl<W: Extract + CheckWith<Context: Sync>> Extract for Valid<W> {
    const SOURCE: Source = W::SOURCE;
    const REFUSES: Option<fn(&http::HeaderMap) -> bool> = W::REFUSES;
    const PATH: PathShape = W::PATH;
    const SECURITY: Option<&'static SecurityScheme> = W::SECURITY;
    const STREAM: Option<ReadStream<Self>> = match W::STREAM {
        Some(_) => Some(|request, body, name| {
            let stream = W::STREAM.expect("there is one");
            let read = stream(request, body, name);
            Box::pin(async move { read.await.map(Self) })
        }),
        None => None,
    };
    const CHECKED: Option<Checked> = Some(Checked::with::<Self>());

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        W::extract(request, name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        W::describe(subject, operation);
        operation.invalid();
    }
}

impl<W: HasSchema> HasSchema for Valid<W> {
    const SCHEMA: Schema = W::SCHEMA;
}

/// The node of a `Valid<W>` in the container `C`.
struct InputOf<C, W>(std::marker::PhantomData<fn() -> (C, W)>);

impl<C: 'static, W: CheckWith<Context: Provide<C>> + 'static> InputOf<C, W> {
    const CONTEXT: &'static [Param; 1] = &[Param::shared("context", "_", <W::Context as Provide<C>>::NODE, true)];
    const NODE: &'static Node = &Node::input::<Valid<W>>(
        "Valid<_>",
        "`_` must be `Json<T>`, `Query<T>` or the like, of a `T` that is `garde::Validate`",
    )
    .with_context(Self::CONTEXT);
}

// Listed otherwise wherever any type is not provided; the macros ask for the context by itself.
#[diagnostic::do_not_recommend]
impl<C: 'static, W: CheckWith<Context: Provide<C>> + 'static> Provide<C> for Valid<W> {
    type Error = Rejection;

    const NODE: NodeRef = NodeRef::new(InputOf::<C, W>::NODE);
}
