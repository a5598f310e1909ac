//! `table![..]` and `routes![..]`.

use di_core::route::Pattern;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Expr, ExprLit, Lit, LitBool, LitStr, Path, Token, Type, bracketed,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

use super::{
    Part, call_at, container,
    document::{self, Document},
    faults, function,
    handler::parse,
    local, params, place, prelude,
    segments::segments,
};
use crate::{
    diag::{Diagnostics, near_miss},
    model::{Param, Use, Wrap},
    parse::{no_number, number},
    pretty::pretty,
};

/// What stands between the brackets.
struct Items {
    container: Type,
    items: Vec<Item>,
}

enum Item {
    /// A handler, by the type beside it.
    Handler(Path),
    /// A fragment: a constant, by its upper-case name.
    Fragment(Path),
    Group(Box<Group>),
    /// The application's document.
    Document(Document),
}

struct Group {
    keyword: Ident,
    prefix: Option<LitStr>,
    guards: Vec<Guard>,
    layers: Vec<Expr>,
    tags: Vec<LitStr>,
    hidden: bool,
    deprecated: bool,
    body_limit: Option<Expr>,
    items: Vec<Item>,
    tokens: TokenStream,
}

enum Guard {
    /// A type that something provides.
    Provided(Type),
    /// A value with dependencies of its own, made by a call.
    Value(Expr),
}

impl Parse for Guard {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        if fork.parse::<syn::ExprPath>().is_ok() && fork.peek(syn::token::Paren) {
            return input.parse().map(Self::Value);
        }
        let fork = input.fork();
        if let Ok(path) = fork.call(Path::parse_mod_style)
            && (fork.peek(syn::token::Brace) || is_constant_of_a_type(&path))
        {
            return Err(syn::Error::new_spanned(
                path,
                "a guard that is a value is made by a call\n\
                 help: write `const fn name() -> Guard`, and list it as `guards = [name()]`",
            ));
        }
        let provided: Type = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                "a guard is a type that something provides, or a call\n\
                 help: write it as in `guards = [Admin, limit(10)]`",
            )
        })?;
        match &provided {
            Type::Path(path) if is_lower_case(&path.path) => Err(syn::Error::new_spanned(
                path,
                format!(
                    "`{}` is no type, and a guard is one that something provides, or a call\n\
                     help: list the type that the function returns: `guards = [Admin]`",
                    pretty(&provided)
                ),
            )),
            _ => Ok(Self::Provided(provided)),
        }
    }
}

/// Whether it is named as the constant of a type is: `Quota::STRICT`.
fn is_constant_of_a_type(path: &Path) -> bool {
    let owner = path.segments.iter().rev().nth(1).map(|owner| owner.ident.to_string());
    is_constant(path) && owner.is_some_and(|owner| owner.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether it is named as functions are, and types are not.
fn is_lower_case(path: &Path) -> bool {
    let last = path.segments.last().filter(|last| last.arguments.is_empty());
    last.is_some_and(|last| last.ident.to_string().starts_with(|c: char| c.is_ascii_lowercase()))
}

impl Parse for Items {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut named = None;
        let fork = input.fork();
        if fork.parse::<Ident>().is_ok_and(|ident| ident == "container") && fork.peek(Token![=]) {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            named = Some(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let items = Punctuated::<Item, Token![,]>::parse_terminated(input)?;
        Ok(Self { container: container(named), items: items.into_iter().collect() })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        if fork.parse::<Ident>().is_ok_and(|ident| ident == "group") && fork.peek(syn::token::Paren) {
            return input.parse().map(|group| Self::Group(Box::new(group)));
        }
        if document::is_next(input) {
            return input.parse().map(Self::Document);
        }
        let fork = input.fork();
        if let Ok(key) = fork.call(Ident::parse_any) {
            if fork.peek(Token![=]) && !fork.peek(Token![=>]) {
                return Err(no_option(&key));
            }
            if fork.peek(Token![:]) && !fork.peek(Token![::]) {
                let text = format!("an option is given by `=`, and not by `:`\nhelp: write `{key} = ..`");
                return Err(syn::Error::new_spanned(key, text));
            }
        }
        if input.peek(Token![#]) {
            return Err(input.error(
                "an attribute has no place here\n\
                 help: what is there under a `cfg` alone is a fragment of its own, `#[cfg(..)] const ROUTES: Routes<App> = routes![..]`, and \
                 `routes![]` where it is not",
            ));
        }
        let path: Path = input.call(Path::parse_mod_style).map_err(|error| {
            syn::Error::new(
                error.span(),
                "this is no route\nhelp: list handlers by name, constants made by `routes!`, and `group(\"/prefix\", ..)`",
            )
        })?;
        if input.peek(syn::token::Paren) {
            return Err(called(&path, &input.parse()?));
        }
        if input.peek(Token![!]) {
            return Err(invoked(&path, input));
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("a comma is missing before this\nhelp: routes are separated by `,`"));
        }
        Ok(if is_constant(&path) { Self::Fragment(path) } else { Self::Handler(path) })
    }
}

/// What is wrong with `get("/path", handler)`, `nest("/path", ROUTES)` or `handler()` among the routes.
fn called(path: &Path, arguments: &proc_macro2::Group) -> syn::Error {
    const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "any", "route", "websocket"];
    let arguments_of = |tokens| Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens).unwrap_or_default();
    let mut all = arguments_of(arguments.stream()).into_iter();
    let name = path.segments.last().map_or_else(String::new, |last| last.ident.to_string());
    let message = match (all.next(), all.next()) {
        (Some(Expr::Lit(ExprLit { lit: Lit::Str(at), .. })), Some(handler)) if METHODS.contains(&name.as_str()) => {
            // Elsewhere methods are around handlers: `route("/path", get(list).post(add))`.
            let mut first = &handler;
            while let Expr::MethodCall(call) = first {
                first = &call.receiver;
            }
            let (method, handler) = match first {
                Expr::Call(call) => (pretty(&call.func), call.args.first().unwrap_or(first)),
                _ => (name, first),
            };
            let (at, handler) = (at.to_token_stream(), pretty(handler));
            format!(
                "method and path of a route stand at its handler\n\
                 help: write `#[{method}({at})]` on the function `{handler}`, and list its name here: `{handler}`"
            )
        }
        // What elsewhere is around a handler: `get(list)`, `fallback(missing)`.
        (Some(Expr::Path(handler)), None) if METHODS.contains(&name.as_str()) || name == "fallback" => {
            let (handler, path) = (pretty(handler), if name == "fallback" { "" } else { "(\"/path\")" });
            format!(
                "a handler is listed by its name, and its attribute says what it is for\n\
                 help: put `#[{name}{path}]` on the function `{handler}`, and write `{handler}`"
            )
        }
        // What elsewhere gives routes a prefix: `nest`, `scope`, `mount`.
        (Some(Expr::Lit(ExprLit { lit: Lit::Str(at), .. })), Some(_)) => {
            let at = at.to_token_stream();
            format!("`{name}` is nothing that a table has\nhelp: a prefix is that of a group: `group({at}, ..)`")
        }
        // What elsewhere takes other routes in: `merge(ROUTES)`.
        (Some(Expr::Path(routes)), None) if is_constant(&routes.path) => {
            let routes = pretty(&routes);
            format!(
                "`{name}` is nothing that a table has\nhelp: a constant made by `routes!` is listed by its name: `{routes}`"
            )
        }
        (Some(_), _) => format!(
            "`{name}` is nothing that a table has\n\
             help: it lists handlers by name, constants made by `routes!`, `group(..)`, `openapi(..)` and `docs(..)`"
        ),
        (None, _) if name.ends_with("routes") || name.ends_with("router") => {
            let mut constant = path.clone();
            if let Some(last) = constant.segments.last_mut() {
                last.ident = Ident::new(&name.to_uppercase(), last.ident.span());
            }
            let (name, constant) = (name.to_uppercase(), pretty(constant));
            format!(
                "routes are listed by the name of a constant, and not made by a call\n\
                 help: make it `pub const {name}: Routes<App> = routes![..];`, and write `{constant}`"
            )
        }
        (None, _) => {
            let path = pretty(path);
            format!("a handler is listed by its name, and not called\nhelp: write `{path}`")
        }
    };
    syn::Error::new_spanned(quote!(#path #arguments), message)
}

/// What is wrong with `routes![a, b]`, or another macro, among the routes.
fn invoked(path: &Path, input: ParseStream<'_>) -> syn::Error {
    let name = path.segments.last().map_or_else(String::new, |last| last.ident.to_string());
    let list = input.parse::<Token![!]>().and_then(|_| input.parse::<TokenTree>());
    let (at, help) = match &list {
        Ok(TokenTree::Group(list)) if name == "routes" && !list.stream().is_empty() => {
            (quote!(#path ! #list), format!("list them as they are: `{}`", pretty(list.stream())))
        }
        _ => (path.to_token_stream(), "list handlers by name, and constants made by `routes!`".to_owned()),
    };
    syn::Error::new_spanned(at, format!("`{name}!` stands in the place of a route\nhelp: {help}"))
}

/// What is wrong with `key = ..` among the routes.
fn no_option(key: &Ident) -> syn::Error {
    let known = ["guards", "layers", "tags", "hidden", "deprecated", "body_limit", "container"];
    let message = match key.to_string().as_str() {
        key @ ("guards" | "layers" | "tags") => format!(
            "`{key}` stands in the wrong place\n\
             help: {key} come before the routes of their group: `group(\"/prefix\", {key} = [..], ..)`"
        ),
        key @ ("hidden" | "deprecated") => format!(
            "`{key}` stands in the wrong place\n\
             help: it comes before the routes of its group: `group(\"/prefix\", {key} = true, ..)`"
        ),
        "body_limit" => "`body_limit` stands in the wrong place\n\
             help: it comes before the routes of its group: `group(\"/prefix\", body_limit = 10 * 1024 * 1024, ..)`"
            .to_owned(),
        "prefix" | "path" => {
            "a prefix is a string by itself\nhelp: write it first: `group(\"/prefix\", ..)`".to_owned()
        }
        "dependencies" => {
            "what guards the routes of a group are its guards\nhelp: write `guards = [Admin]`, of types whose providers may refuse"
                .to_owned()
        }
        "container" => {
            "`container` stands in the wrong place\nhelp: write it first: `[container = App, ..]`".to_owned()
        }
        other => match near_miss(other, &known) {
            Some(near) => format!("there is no option `{other}` here\nhelp: did you mean `{near}`?"),
            None => format!(
                "there is no option `{other}` here\nhelp: a group takes `guards`, `layers`, `tags`, `hidden`, `deprecated` and `body_limit`, a table `container`"
            ),
        },
    };
    syn::Error::new_spanned(key, message)
}

/// Whether a path names a constant: its last segment has no lower case.
fn is_constant(path: &Path) -> bool {
    let Some(last) = path.segments.last() else { return false };
    let name = last.ident.to_string();
    !name.chars().any(|c| c.is_ascii_lowercase())
}

impl Parse for Group {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let keyword: Ident = input.parse()?;
        let content;
        let paren = parenthesized!(content in input);
        let fork = content.fork();
        if let Ok(path) = fork.call(Path::parse_mod_style)
            && (is_constant(&path) || fork.peek(syn::token::Paren))
            && names_a_prefix(&path)
        {
            return Err(content.error(
                "a prefix is a string by itself, since routes are compared while the program is compiled\n\
                 help: write it out: `group(\"/prefix\", ..)`",
            ));
        }
        let comma = |content: ParseStream<'_>| {
            if content.is_empty() || content.parse::<Option<Token![,]>>()?.is_some() {
                return Ok(());
            }
            Err(content.error(
                "a comma is missing before this\nhelp: a group's prefix, options and routes are separated by `,`",
            ))
        };
        let mut prefix = None;
        if content.peek(LitStr) {
            prefix = Some(content.parse()?);
            comma(&content)?;
        }
        let (mut guards, mut layers, mut tags, mut body_limit) = (None, None, None, None);
        let (mut hidden, mut deprecated) = (None, None);
        loop {
            if guards.is_none() && option(&content, "guards") {
                guards = Some(list::<Guard>(&content, "guards = [Admin]")?);
            } else if layers.is_none() && option(&content, "layers") {
                layers = Some(list::<Expr>(&content, "layers = [cors()]")?);
            } else if tags.is_none() && option(&content, "tags") {
                tags = Some(list::<Tag>(&content, "tags = [\"users\"]")?);
            } else if hidden.is_none() && option(&content, "hidden") {
                hidden = Some(flag(&content)?);
            } else if deprecated.is_none() && option(&content, "deprecated") {
                deprecated = Some(flag(&content)?);
            } else if body_limit.is_none() && option(&content, "body_limit") {
                body_limit = Some(bytes(&content)?);
            } else {
                break;
            }
            comma(&content)?;
        }
        let items: Vec<Item> = Punctuated::<Item, Token![,]>::parse_terminated(&content)?.into_iter().collect();
        let mut close = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, TokenStream::new());
        close.set_span(paren.span.join());
        let tokens = quote!(#keyword #close);
        if items.is_empty() {
            return Err(syn::Error::new_spanned(
                tokens,
                "this group has no routes\n\
                 help: list them before its `)`: what comes after that has neither its prefix nor its guards",
            ));
        }
        if input.peek(Token![.]) {
            return Err(input.error(
                "a group has no methods\n\
                 help: what is for all of its routes comes before them: `group(\"/prefix\", guards = [Admin], layers = [cors()], ..)`",
            ));
        }
        let (guards, layers) = (guards.unwrap_or_default(), layers.unwrap_or_default());
        let tags = tags.into_iter().flatten().map(|Tag(tag)| tag).collect();
        let (hidden, deprecated) = (hidden.unwrap_or_default(), deprecated.unwrap_or_default());
        Ok(Self { keyword, prefix, guards, layers, tags, hidden, deprecated, body_limit, items, tokens })
    }
}

/// Whether something is called a prefix.
fn names_a_prefix(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident.to_string().to_lowercase().ends_with("prefix"))
}

/// Whether `key = ..` comes next.
fn option(input: ParseStream<'_>, key: &str) -> bool {
    let fork = input.fork();
    fork.parse::<Ident>().is_ok_and(|ident| ident == key) && fork.peek(Token![=])
}

/// Reads `body_limit = ..`; whether it is a number is for the compiler to say, unless the tokens tell.
fn bytes(input: ParseStream<'_>) -> syn::Result<Expr> {
    const EXAMPLE: &str = "body_limit = 10 * 1024 * 1024";
    let key: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    let value = input.parse().map_err(|_| no_number(&key, "body_limit", "bytes", EXAMPLE))?;
    number("body_limit", "bytes", EXAMPLE, value)
}

/// Reads `key = true`.
fn flag(input: ParseStream<'_>) -> syn::Result<bool> {
    let key: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    match input.parse::<LitBool>() {
        Ok(flag) => Ok(flag.value),
        Err(error) => {
            Err(syn::Error::new(error.span(), format!("`{key}` is `true` or `false`\nhelp: write `{key} = true`")))
        }
    }
}

/// Reads `key = [..]`, as in `example`.
fn list<T: Parse>(input: ParseStream<'_>, example: &str) -> syn::Result<Vec<T>> {
    let key: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    if !input.peek(syn::token::Bracket) {
        return Err(input.error(format!("`{key}` is a list\nhelp: put it into brackets, as in `{example}`")));
    }
    let list;
    bracketed!(list in input);
    let mut values = Vec::new();
    while !list.is_empty() {
        values.push(list.parse()?);
        if !list.is_empty() && list.parse::<Option<Token![,]>>()?.is_none() {
            return Err(
                list.error(format!("a comma is missing before this\nhelp: what `{key}` lists is separated by `,`"))
            );
        }
    }
    Ok(values)
}

/// A tag of a group's routes.
struct Tag(LitStr);

impl Parse for Tag {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let text = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "a tag is a string\nhelp: put it into quotes, as in `tags = [\"users\"]`")
        });
        text.map(Self)
    }
}

/// Expands `table![..]`.
pub(crate) fn table(items: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    expand(items, false, |items, list, prelude, diags| {
        let (count, containers) = (items.items.len(), containers(items));
        let documents = documents(&items.items);
        let document = document::shared(&documents, diags);
        let docs = document::docs(&documents);
        // What is wrong with a prefix makes more wrong, which is not: the paths below it are others.
        let sound = diags.is_empty();
        let faults = items.items.iter().enumerate().filter(|_| sound).map(|(index, item)| {
            let fault = call_at(&item.tokens(), quote!(__di::at_element), quote!(__faults, #index));
            quote!(#fault;)
        });
        quote! {{
            #prelude
            #document
            static __DI_ITEMS: [__di::Item; #count] = [#list];
            const __DI_SIZES: __di::Sizes = __di::Sizes::of(&__DI_ITEMS);
            static __DI_DRAFT: __di::Draft<
                { __DI_SIZES.roots },
                { __DI_SIZES.routes },
                { __DI_SIZES.groups },
                { __DI_SIZES.nodes },
                { __DI_SIZES.edges },
                { __DI_SIZES.captures },
                { __DI_SIZES.text },
            > = __di::Draft::build(&__DI_ITEMS);
            const _: () = if let __di::Some(__faults) = &__DI_DRAFT.faults() {
                #(#faults)*
            };
            __di::table(__di::TableData::new(&__DI_DRAFT), [#containers], #docs)
        }}
    })
}

/// Expands `routes![..]`.
pub(crate) fn routes(items: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    expand(items, true, |items, list, prelude, _| {
        let (count, containers) = (items.items.len(), containers(items));
        quote! {{
            #prelude
            static __DI_ITEMS: [__di::Item; #count] = [#list];
            __di::routes(&__DI_ITEMS, [#containers])
        }}
    })
}

fn expand(
    tokens: TokenStream,
    in_fragment: bool,
    build: impl FnOnce(&Items, &TokenStream, &TokenStream, &Diagnostics) -> TokenStream,
) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let items = diags.ok(syn::parse2::<Items>(tokens));
    let mut items = items.unwrap_or_else(|| Items { container: container(None), items: Vec::new() });
    without_refused(&mut items.items, in_fragment, &diags);
    let mut guards = Guards::of(&items.container);
    let list = guards.items(&items.items, &diags);
    let beside = guards.statics;
    let prelude = prelude();
    let expanded = build(&items, &list, &quote!(#prelude #(#beside)*), &diags);
    let errors = diags.finish();
    // In expression position there is room for one expression only, so the errors go into it.
    let reports = errors.iter().map(syn::Error::to_compile_error);
    (quote!({ #(#reports;)* #expanded }), Vec::new())
}

/// The guards of groups that are types. What is said of one comes from a constant, whose path rustc shows: so these stand beside the
/// groups, not in them.
struct Guards<'a> {
    container: &'a Type,
    statics: Vec<TokenStream>,
}

impl<'a> Guards<'a> {
    fn of(container: &'a Type) -> Self {
        Self { container, statics: Vec::new() }
    }

    fn items(&mut self, items: &[Item], diags: &Diagnostics) -> TokenStream {
        let items = items.iter().map(|item| match item {
            Item::Handler(path) => {
                quote_spanned!(path.span()=> __di::Item::Route(<#path as __di::Handler<_>>::ROUTE))
            }
            Item::Fragment(path) => {
                quote_spanned!(path.span()=> __di::Item::Include(__di::Fragment { routes: #path }.items()))
            }
            Item::Group(group) => self.group(group, diags),
            Item::Document(document) => document.item(diags),
        });
        quote!(#(#items),*)
    }

    fn group(&mut self, group: &Group, diags: &Diagnostics) -> TokenStream {
        let pattern = group.prefix.as_ref().and_then(|prefix| parse(prefix, Pattern::parse_prefix, diags));
        let prefix = pattern.as_ref().and(group.prefix.as_ref()).map_or_else(String::new, LitStr::value);
        let segment_list = pattern.as_ref().map(segments);
        let segment_count = pattern.map_or(0, |pattern| pattern.segments.len());
        let items = self.items(&group.items, diags);
        let guards: Vec<TokenStream> = group.guards.iter().map(|guard| self.guard(guard)).collect();
        let (item_count, guard_count) = (group.items.len(), group.guards.len());
        let (place, tags) = (place(group.keyword.span()), &group.tags);
        let (hidden, deprecated) = (group.hidden, group.deprecated);
        let body_limit = match &group.body_limit {
            Some(bytes) => quote!(__di::Some(#bytes)),
            None => quote!(__di::None),
        };
        let layers = group.layers.iter().map(layer);
        quote! {
            __di::Item::Group({
                static __DI_SEGMENTS: [__di::Segment; #segment_count] = [#segment_list];
                static __DI_GUARDS: [__di::GuardRef; #guard_count] = [#(#guards),*];
                static __DI_ITEMS: [__di::Item; #item_count] = [#items];
                static __DI_GROUP: __di::Group = __di::Group {
                    prefix: #prefix,
                    segments: &__DI_SEGMENTS,
                    guards: &__DI_GUARDS,
                    layers: &[#(#layers),*],
                    tags: &[#(#tags),*],
                    hidden: #hidden,
                    deprecated: #deprecated,
                    body_limit: #body_limit,
                    items: &__DI_ITEMS,
                    place: #place,
                };
                &__DI_GROUP
            })
        }
    }

    fn guard(&mut self, guard: &Guard) -> TokenStream {
        match guard {
            Guard::Provided(ty) => self.provided(ty),
            Guard::Value(value) => self.by_value(value),
        }
    }

    fn provided(&mut self, ty: &Type) -> TokenStream {
        let param = Param {
            name: String::new(),
            ty: ty.clone(),
            named: None,
            usage: Use::Run,
            wrap: Wrap::Plain,
            error: None,
            text: None,
        };
        let param = params::checked(ty, params::record(&param, self.container, params::Asks::Yes));
        self.record(ty, &pretty(ty), &param)
    }

    fn by_value(&mut self, value: &Expr) -> TokenStream {
        let (text, container) = (pretty(value), self.container);
        let guard = local(value, "__guard");
        let asked = quote_spanned!(guard.span()=> __di::Guard::<#container>::__di_is_one(#guard));
        let param = call_at(value, quote!(__di::guard_value::<#container, _>), quote!(#text, #guard));
        let borrowed = quote_spanned!(value.span()=> &#value);
        let param = quote!(match #borrowed { #guard => { let _ = || #asked; #param } });
        self.record(value, &text, &param)
    }

    /// The record of a guard that stands `at`, with the rules for what checks a request.
    fn record(&mut self, at: &(impl ToTokens + Spanned), text: &str, param: &TokenStream) -> TokenStream {
        let function = function(&Ident::new("guard", at.span()), false);
        let this = format_ident!("__DI_GUARD_{}", self.statics.len());
        let rules = quote!(__di::check::params(&#this.function, ::core::slice::from_ref(&#this.param)));
        let faults = faults(rules, [Part::param(0, at)]);
        self.statics.push(quote! {
            static #this: __di::GuardRecord = __di::GuardRecord::new(#text, #function, #param);
            const _: () = { #faults };
        });
        quote!(__di::GuardRef::new(&#this))
    }
}

/// The function that puts a layer around others. A closure, so that the expression is evaluated for each service anew.
fn layer(layer: &Expr) -> TokenStream {
    let inner = local(layer, "__inner");
    let borrowed = quote_spanned!(layer.span()=> &#layer);
    let around = call_at(layer, quote!(__di::GroupLayer::<_>::around), quote!(#borrowed, #inner));
    quote!(|#inner| #around)
}

/// Takes away what the table or fragment cannot have.
fn without_refused(items: &mut Vec<Item>, in_fragment: bool, diags: &Diagnostics) {
    items.retain_mut(|item| match item {
        Item::Document(document) => !document.refused(in_fragment, diags),
        Item::Group(group) => {
            without_refused(&mut group.items, in_fragment, diags);
            true
        }
        Item::Handler(_) | Item::Fragment(_) => true,
    });
}

/// The items that serve the table's document, in groups as well.
fn documents(items: &[Item]) -> Vec<&Document> {
    fn of(item: &Item) -> Vec<&Document> {
        match item {
            Item::Document(document) => vec![document],
            Item::Group(group) => documents(&group.items),
            Item::Handler(_) | Item::Fragment(_) => Vec::new(),
        }
    }
    items.iter().flat_map(of).collect()
}

/// A witness of the container of each element, so that the compiler compares them.
fn containers(items: &Items) -> TokenStream {
    fn of(items: &[Item], all: &mut Vec<TokenStream>) {
        for item in items {
            match item {
                Item::Handler(path) => {
                    all.push(quote_spanned!(path.span()=> __di::HandlerProbe::<(#path,), _>::CONTAINER));
                }
                Item::Fragment(path) => {
                    let container = quote_spanned!(path.span()=> __di::FragmentProbe(#path).container());
                    all.push(quote_spanned!(path.span()=> __di::container_of(|| #container)));
                }
                Item::Group(group) => of(&group.items, all),
                Item::Document(_) => {}
            }
        }
    }
    let mut all = Vec::new();
    of(&items.items, &mut all);
    quote!(#(#all),*)
}

impl Item {
    /// What to point at.
    fn tokens(&self) -> TokenStream {
        match self {
            Self::Handler(path) | Self::Fragment(path) => path.to_token_stream(),
            Self::Group(group) => group.tokens.clone(),
            Self::Document(document) => document.tokens.clone(),
        }
    }
}
