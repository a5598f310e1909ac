//! `collection![..]`: one value of what several providers give.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, Generics, LitStr, Path, PathArguments, Token, Type,
    parse::{Parse, ParseStream, Parser},
    parse_quote,
    punctuated::Punctuated,
};

use super::{
    any, call_at, container, covering, params,
    provided::{Provider, Scope, Target},
    provider::{refused, scope},
};
use crate::{
    diag::Diagnostics,
    model::{Kind, Param, Use, Wrap, ident_name_raw, wrapped},
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &["singleton", "request", "transient", "name", "container"];

/// What stands between the brackets: `options, Type = [members]`.
struct Parts {
    options: TokenStream,
    ty: Type,
    members: TokenStream,
}

/// A provider under its own name, and what it is called among the others.
struct Member {
    name: Option<LitStr>,
    path: Path,
}

/// What a collection is made of.
enum Elements {
    /// Values.
    Plain(Type),
    /// Names and values.
    Pairs(Type),
}

/// Expands `collection![..]`.
pub(crate) fn collection(tokens: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let expanded = parts(&tokens, &diags).and_then(|parts| expand(parts, &diags)).or_else(|| in_name_only(&tokens));
    (expanded.unwrap_or_default(), diags.finish())
}

/// What was meant to be a collection, so that what takes it has nothing more to complain about.
fn in_name_only(tokens: &TokenStream) -> Option<TokenStream> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    // Of another container nothing is known.
    if all.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "container" || word == "name")) {
        return None;
    }
    let is_equals = |token: &TokenTree| match token {
        TokenTree::Punct(sign) if sign.as_char() == ':' => sign.spacing() == Spacing::Alone,
        TokenTree::Punct(sign) => sign.as_char() == '=',
        _ => false,
    };
    let end = all.iter().position(is_equals).unwrap_or(all.len());
    let start = last_comma(&all[..end]).map_or(0, |comma| comma + 1);
    let ty: Type = syn::parse2(all[start..end].iter().cloned().collect()).ok()?;
    let quiet = Diagnostics::new();
    let elements = elements(&ty, &quiet);
    quiet.finish();
    elements?;
    Some(refused(&params::provide(None, &container(None)), &ty, &Generics::default()))
}

fn parts(tokens: &TokenStream, diags: &Diagnostics) -> Option<Parts> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if let [head @ .., TokenTree::Punct(equals), TokenTree::Group(members)] = &all[..]
        && equals.as_char() == '='
        && members.delimiter() == Delimiter::Bracket
    {
        let comma = last_comma(head);
        let (options, ty) = head.split_at(comma.map_or(0, |comma| comma + 1));
        let collect = |tokens: &[TokenTree]| tokens.iter().cloned().collect();
        if let Ok(ty) = syn::parse2(collect(ty)) {
            return Some(Parts { options: collect(options), ty, members: members.stream() });
        }
    }
    let message = "this is no collection\nhelp: name its type and list its members, `collection![Vec<Arc<dyn Notify>> = [email, sms]];`";
    let error = if tokens.is_empty() {
        syn::Error::new(proc_macro2::Span::call_site(), message)
    } else {
        syn::Error::new_spanned(tokens, message)
    };
    diags.push(error);
    None
}

/// The last comma that is not within `<..>`.
fn last_comma(tokens: &[TokenTree]) -> Option<usize> {
    let (mut depth, mut last) = (0_usize, None);
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Punct(punct) = token else { continue };
        match punct.as_char() {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => last = Some(at),
            _ => {}
        }
    }
    last
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            if input.parse::<Option<Token![=]>>()?.is_none() {
                let path = name.value();
                return Err(syn::Error::new(
                    name.span(),
                    format!(
                        "a member is listed by its function's name, without quotes\nhelp: write `{path}`, or with a name `\"{path}\" = {path}`"
                    ),
                ));
            }
            Some(name)
        } else {
            None
        };
        let path = input.call(Path::parse_mod_style).map_err(|error| {
            syn::Error::new(
                error.span(),
                "this is no member\nhelp: list functions with `#[provider(named)]` by their names",
            )
        })?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("a comma is missing before this\nhelp: members are separated by `,`"));
        }
        Ok(Self { name, path })
    }
}

impl Member {
    /// What it is called: the name that it is given, or that of the function.
    fn name(&self) -> String {
        match (&self.name, self.path.segments.last()) {
            (Some(name), _) => name.value(),
            (None, Some(last)) => ident_name_raw(&last.ident),
            (None, None) => String::new(),
        }
    }
}

fn expand(parts: Parts, diags: &Diagnostics) -> Option<TokenStream> {
    let options = Options::parse("collection", parts.options, OPTIONS, diags);
    if let Some(text) = options.text(diags) {
        diags.at(text, "`collection` takes no path: it is found by its type\nhelp: remove the string");
    }
    let scope = scope(&options, Scope::Request, diags);
    let container = container(options.ty("container", diags));
    let any = any(&container);
    let (any, container) = (any.is_some(), any.unwrap_or(container));
    let named = options.name(diags);
    let value = parts.ty;
    if let Some(inner) = pointed_to(&value) {
        let element = if pointed_to(inner).is_some() { inner } else { &value };
        let (text, list) = (pretty(element), parse_quote!(::std::vec::Vec<#element>));
        diags.at(
            &value,
            format!(
                "`{}` holds one value, and a collection several\n\
                 help: write `Vec<{text}>`, or with names `BTreeMap<&'static str, {text}>`",
                pretty(&value)
            ),
        );
        return Some(refused(&params::provide(named.as_ref(), &container), &list, &Generics::default()));
    }
    let elements = elements(&value, diags)?;
    let members = Punctuated::<Member, Token![,]>::parse_terminated.parse2(parts.members);
    let members: Vec<Member> = diags.ok(members).into_iter().flatten().collect();
    check(&members, &elements, &value, diags);
    if !diags.is_empty() {
        return Some(refused(&params::provide(named.as_ref(), &container), &value, &Generics::default()));
    }
    let params: Vec<Param> = members.iter().map(|member| param(member, elements.ty())).collect();
    let text = pretty(&value);
    let provider = Provider {
        name: text.clone(),
        function: call_at(&value, quote!(__di::Function::here), quote!(#text, ::core::module_path!(), false)),
        generics: Generics::default(),
        any,
        container: &container,
        named: named.as_ref(),
        after_body: false,
        scope,
        params: &params,
        value: &value,
        error: quote!(::core::convert::Infallible),
        fallible: None,
        kind: Kind::Inline,
        teardown: None,
        at: value.to_token_stream(),
        target: Target::Type,
        collects: true,
    };
    let build = build(&value, &elements, &members);
    Some(provider.expand(&quote!(::core::result::Result::Ok(#build))))
}

/// What a pointer points to, if that is one value.
fn pointed_to(value: &Type) -> Option<&Type> {
    let pointer = ["Arc", "Box", "Rc"].iter().find_map(|pointer| wrapped(pointer, value));
    pointer.filter(|inner| !matches!(inner, Type::Slice(_)))
}

/// What a type of one parameter, or a map, is made of. Of any other, and of what has no size, it is said.
fn elements(value: &Type, diags: &Diagnostics) -> Option<Elements> {
    let Some(elements) = written_elements(value) else {
        diags.at(
            value,
            "this type does not say what it collects\n\
             help: write it in full: `Vec<T>`, or with names `Vec<(&'static str, T)>` or `BTreeMap<&'static str, T>`",
        );
        return None;
    };
    if let Type::TraitObject(_) = elements.ty() {
        let text = pretty(elements.ty());
        diags.at(
            elements.ty(),
            format!("`{text}` has no size of its own, so nothing can collect it\nhelp: collect `Arc<{text}>`"),
        );
        return None;
    }
    Some(elements)
}

fn written_elements(value: &Type) -> Option<Elements> {
    if let Type::Path(path) = value
        && let Some(last) = path.path.segments.last()
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
    {
        let types: Vec<&Type> = arguments.args.iter().filter_map(of_type).collect();
        let inside = |ty: &Type| match ty {
            Type::Slice(slice) => (*slice.elem).clone(),
            ty => ty.clone(),
        };
        match &types[..] {
            [one] => match inside(one) {
                Type::Tuple(pair) if pair.elems.len() == 2 => return Some(Elements::Pairs(pair.elems[1].clone())),
                one => return Some(Elements::Plain(one)),
            },
            [_, second] => return Some(Elements::Pairs((*second).clone())),
            _ => {}
        }
    }
    None
}

fn of_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

impl Elements {
    fn ty(&self) -> &Type {
        let (Self::Plain(ty) | Self::Pairs(ty)) = self;
        ty
    }
}

/// That no member is listed twice, no name given twice, and none where there are no names.
fn check(members: &[Member], elements: &Elements, value: &Type, diags: &Diagnostics) {
    for (index, member) in members.iter().enumerate() {
        let earlier = &members[..index];
        if earlier.iter().any(|other| other.path == member.path) {
            let path = pretty(&member.path);
            diags.at(&member.path, format!("`{path}` is listed twice\nhelp: remove one of the two"));
        } else if let (Some(name), Elements::Plain(ty)) = (&member.name, elements) {
            let (value, ty) = (pretty(value), pretty(ty));
            diags
                .at(name, format!("`{value}` keeps no names\nhelp: remove it, or collect `Vec<(&'static str, {ty})>`"));
        } else if matches!(elements, Elements::Pairs(_)) && earlier.iter().any(|other| other.name() == member.name()) {
            let name = member.name();
            let at = member.name.as_ref().map_or_else(|| member.path.to_token_stream(), ToTokens::to_token_stream);
            diags.at(
                at,
                format!(
                    "the name `{name}` is given twice\nhelp: give one another, `\"name\" = {}`",
                    pretty(&member.path)
                ),
            );
        }
    }
}

/// A member as a parameter of the collection, whose faults are reported at the member.
fn param(member: &Member, ty: &Type) -> Param {
    let path = &member.path;
    let ty = Type::Verbatim(standing_at(path, ty));
    Param {
        name: member.name(),
        ty,
        named: Some(parse_quote!(#path)),
        usage: Use::Value,
        wrap: Wrap::Plain,
        error: None,
        text: None,
    }
}

/// A type whose faults are reported at `at`, but for that of a type in it which is none: that is one mistake, where it is written.
fn standing_at(at: &Path, ty: &Type) -> TokenStream {
    // What has no end at `at` is underlined at its start alone.
    let (open, close) = (covering(at, quote!(__di::Itself<)), covering(&at.segments.last(), quote!(>)));
    quote!(#open #ty #close)
}

fn build(value: &Type, elements: &Elements, members: &[Member]) -> TokenStream {
    let ty = elements.ty();
    let values = members.iter().enumerate().map(|(index, member)| {
        let (value, name) = (quote!(__args.value::<#ty>(#index)), member.name());
        match elements {
            Elements::Plain(_) => value,
            Elements::Pairs(_) => quote!((#name, #value)),
        }
    });
    // An empty list has no type of its own.
    let item = match elements {
        Elements::Plain(_) => quote!(#ty),
        Elements::Pairs(_) => quote!((&'static str, #ty)),
    };
    let count = members.len();
    let all = quote!({ let __all: [#item; #count] = [#(#values),*]; __all });
    call_at(value, quote!(::core::iter::FromIterator::from_iter), all)
}
