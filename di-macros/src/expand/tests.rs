//! What is written, one shape a snapshot, and which errors are found.
//!
//! `INSTA_UPDATE=always cargo test -p di-macros` writes the snapshots anew; they are reviewed like code.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    collection, derive_container, derive_container_part, derive_path_params, derive_provider, handler, provider,
    routes, table, websocket,
};

/// Expansions are shown as a file of items.
#[track_caller]
fn pretty(expanded: (TokenStream, Vec<syn::Error>)) -> String {
    let (tokens, errors) = expanded;
    assert!(errors.is_empty(), "{errors:?}");
    prettyplease::unparse(&syn::parse2(tokens).expect("what is written are items"))
}

/// `table!` and `routes!` write an expression.
#[track_caller]
fn pretty_expr(expanded: (TokenStream, Vec<syn::Error>)) -> String {
    let (tokens, errors) = expanded;
    pretty((quote!(const EXPANDED: () = #tokens;), errors))
}

/// The errors' first lines.
fn errors((_, errors): (TokenStream, Vec<syn::Error>)) -> Vec<String> {
    errors.iter().map(|error| error.to_string().lines().next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_async_handler() {
    insta::assert_snapshot!(pretty(handler(
        Some("GET"),
        quote!("/users/{id}"),
        quote! {
            /// Returns one user.
            async fn get_user(id: Path<u64>, user: &User, session: &mut Session) -> Result<Json<User>, DbError> {
                todo!()
            }
        },
    )));
}

#[test]
fn a_websocket() {
    insta::assert_snapshot!(pretty(websocket(
        quote!("/chat/{room}", protocols = ["chat.v2"], message_limit = 64 * 1024, sequential),
        quote! {
            async fn chat(mut socket: WebSocket, room: Path<String>, hub: &Hub) -> Result<(), ChatError> {
                todo!()
            }
        },
    )));
}

#[test]
fn a_blocking_handler() {
    insta::assert_snapshot!(pretty(handler(
        Some("POST"),
        quote!("/hash", container = Other),
        quote!(
            pub fn hash(body: Json<String>) -> Json<usize> {
                Json(body.len())
            }
        ),
    )));
}

#[test]
fn an_inline_handler_of_another_method() {
    insta::assert_snapshot!(pretty(handler(
        None,
        quote!(method = "PURGE", "/v{major}/{*rest}", inline, as = Purge),
        quote!(
            fn purge() -> impl IntoResponse {}
        ),
    )));
}

#[test]
fn a_provider_with_teardown() {
    insta::assert_snapshot!(pretty(provider(
        quote!(teardown = finish),
        quote!(
            async fn session(pool: &Pool) -> Result<Session, DbError> {
                todo!()
            }
        ),
    )));
}

#[test]
fn a_provider_of_several_of_its_type() {
    insta::assert_snapshot!(pretty(provider(
        quote!(name = Replica),
        quote!(
            fn replica(#[named(Primary)] pool: &Pool) -> Pool {
                todo!()
            }
        ),
    )));
}

#[test]
fn a_collection() {
    insta::assert_snapshot!(pretty(collection(quote!(singleton, Vec<(&'static str, Level)> = [low, levels::high]))));
}

#[test]
fn a_generic_provider() {
    insta::assert_snapshot!(pretty(provider(
        quote!(),
        quote!(
            fn has<R: Role>(user: &User, other: Option<&Had<R>>) -> Result<Has<R>, Forbidden>
            where
                R: Clone,
            {
                todo!()
            }
        ),
    )));
}

#[test]
fn a_singleton() {
    insta::assert_snapshot!(pretty(provider(
        quote!(singleton),
        quote!(
            async fn pool(config: &Config) -> Pool {
                todo!()
            }
        ),
    )));
}

#[test]
fn a_derived_provider() {
    insta::assert_snapshot!(pretty(derive_provider(quote!(
        struct Page {
            limit: Query<u32>,
            offset: Option<Query<u32>>,
        }
    ))));
}

#[test]
fn a_container() {
    insta::assert_snapshot!(pretty(derive_container(quote!(
        pub struct App {
            #[container(input)]
            config: Config,
            pool: Pool,
        }
    ))));
}

#[test]
fn a_provider_for_any_container() {
    insta::assert_snapshot!(pretty(provider(
        quote!(singleton, container = any),
        quote!(
            async fn client(key: &ApiKey, #[named(Local)] other: Result<&Client, &Refused>) -> Client {
                todo!()
            }
        ),
    )));
}

#[test]
fn a_part_of_a_container() {
    insta::assert_snapshot!(pretty(derive_container_part(quote!(
        pub struct Billing {
            #[container(input)]
            key: ApiKey,
            #[container(name = Local)]
            client: Client,
        }
    ))));
}

#[test]
fn a_container_with_a_part() {
    insta::assert_snapshot!(pretty(derive_container(quote!(
        struct App {
            #[container(part)]
            billing: Billing,
        }
    ))));
}

#[test]
fn path_params() {
    insta::assert_snapshot!(pretty(derive_path_params(quote!(
        struct Post {
            user: u64,
            #[serde(rename = "id")]
            post: u64,
        }
    ))));
}

#[test]
fn a_fragment() {
    insta::assert_snapshot!(pretty_expr(routes(quote!(container = Other, list, users::get))));
}

#[test]
fn a_table_with_a_group() {
    insta::assert_snapshot!(pretty_expr(table(quote!(
        home,
        group("/admin/{team}", guards = [Has<Admin>], admin::ROUTES)
    ))));
}

#[test]
fn all_errors_of_an_item_are_found_at_once() {
    let found = errors(handler(
        Some("GET"),
        quote!("users/:id", inlin, sequential, sequential),
        quote!(
            async fn user(id: u64, name: &str) {
                std::thread::sleep(TIME);
            }
        ),
    ));
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_refused_item_is_still_written() {
    let item = quote!(
        pub async fn user(id: u64) {}
    );
    let (tokens, errors) = handler(Some("GET"), quote!("/{id}", as = User), item);
    assert_eq!(errors.len(), 1);
    let written = quote! { pub async fn user<>(id: u64) {} };
    assert!(tokens.to_string().starts_with(&written.to_string()));
    assert!(tokens.to_string().contains("pub struct User"), "a table that lists it has nothing more to complain about");

    let item = quote!(
        fn user() -> User {
            User
        }
    );
    let (tokens, errors) = provider(quote!(singelton), item);
    assert_eq!(errors.len(), 1);
    assert!(tokens.to_string().contains("for User"), "its users have nothing more to complain about");
}
