//! A service that documents itself: what is in the document is in the signatures, the types and the comments.
//!
//! ```sh
//! cargo run --example openapi                               # then open http://127.0.0.1:8000/docs
//! cargo run --example openapi -- --openapi > openapi.json   # the document, to be kept under version control
//! ```

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use di_server::{
    openapi::{JsonSchema, OpenApi, Replies},
    prelude::*,
};
use serde::{Deserialize, Serialize};

/// Every singleton, by type.
#[derive(Container)]
struct App {
    shelf: Shelf,
}

struct Shelf(Mutex<BTreeMap<u32, Book>>);

impl Shelf {
    fn books(&self) -> MutexGuard<'_, BTreeMap<u32, Book>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[provider(singleton)]
fn shelf() -> Shelf {
    let first = NewBook { title: "The Rust Programming Language".to_owned(), year: Some(2018), genre: Genre::Science };
    Shelf(Mutex::new([(1, Book { id: 1, book: first })].into()))
}

/// What a book is about.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Genre {
    Fiction,
    Science,
}

/// A book to be put on the shelf.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(example = NewBook { title: "Momo".to_owned(), year: Some(1973), genre: Genre::Fiction })]
struct NewBook {
    title: String,
    /// The year of its first edition.
    year: Option<i16>,
    genre: Genre,
}

/// A book on the shelf.
#[derive(Clone, Serialize, JsonSchema)]
struct Book {
    /// What it is found by.
    id: u32,
    #[serde(flatten)]
    book: NewBook,
}

/// Which books are listed.
#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// Only books about this.
    genre: Option<Genre>,
    /// Only books whose title has this in it.
    #[schemars(example = &"Rust")]
    title: Option<String>,
}

/// What a request may be refused for; `describe` says it to the document.
enum Refusal {
    NoSuchBook,
    NoSuchLibrarian,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::NoSuchBook => Problem::new(StatusCode::NOT_FOUND).detail("there is no such book"),
            Self::NoSuchLibrarian => Problem::new(StatusCode::FORBIDDEN).detail("this token is no librarian's"),
        };
        problem.into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::NOT_FOUND, "There is no such book.");
        replies.problem(StatusCode::FORBIDDEN, "The token is no librarian's.");
    }
}

/// Who may change what is on the shelf. Whatever asks for it, has its token in the document.
struct Librarian;

#[provider]
fn librarian(token: Bearer) -> Result<Librarian, Refusal> {
    if token.token() == "secret" { Ok(Librarian) } else { Err(Refusal::NoSuchLibrarian) }
}

/// Lists books.
///
/// Those of *all* genres, in the order of their numbers, unless the query says otherwise.
#[get("", inline)]
fn list_books(filter: Query<Filter>, shelf: &Shelf) -> Json<Vec<Book>> {
    let fits = |book: &&Book| {
        filter.genre.is_none_or(|genre| book.book.genre == genre)
            && filter.title.as_ref().is_none_or(|title| book.book.title.contains(title))
    };
    Json(shelf.books().values().filter(fits).cloned().collect())
}

/// Returns a book.
#[get("/{id}", inline)]
fn get_book(
    /// The number that is on its back.
    id: Path<u32>,
    shelf: &Shelf,
) -> Result<Json<Book>, Refusal> {
    shelf.books().get(&id).cloned().map(Json).ok_or(Refusal::NoSuchBook)
}

/// Puts a book on the shelf.
#[post("", inline)]
fn add_book(new: Json<NewBook>, _librarian: &Librarian, shelf: &Shelf) -> Json<Book> {
    let mut books = shelf.books();
    let id = books.keys().last().copied().unwrap_or_default().saturating_add(1);
    let book = Book { id, book: new.0 };
    books.insert(id, book.clone());
    Json(book)
}

/// Takes a book away.
#[delete("/{id}", inline)]
fn remove_book(id: Path<u32>, _librarian: &Librarian, shelf: &Shelf) -> Result<Json<Book>, Refusal> {
    shelf.books().remove(&id).map(Json).ok_or(Refusal::NoSuchBook)
}

/// Counts the books.
///
/// List them, and count what you are sent.
#[get("/count", inline, deprecated)]
fn count_books(shelf: &Shelf) -> Json<usize> {
    Json(shelf.books().len())
}

/// Says that the service is there.
#[get("/health", inline, tags = ["service"])]
fn health() -> &'static str {
    "well\n"
}

/// What is not in any signature.
fn describe(document: OpenApi) -> OpenApi {
    document
        .title("Library")
        .description("A shelf of books. Librarians have the token `secret`.")
        .tag("books", "What is on the shelf.")
        .tag("service", "How the service is doing.")
}

static TABLE: Table<App> = table![
    group("/books", tags = ["books"], list_books, get_book, add_book, remove_book, count_books),
    health,
    openapi("/openapi.json", describe),
    docs("/docs"),
];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    if std::env::args().any(|argument| argument == "--openapi") {
        print!("{}", TABLE.openapi().to_json());
        return Ok(());
    }
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    println!("open http://127.0.0.1:{port}/docs");
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, format!("127.0.0.1:{port}")).await
}
