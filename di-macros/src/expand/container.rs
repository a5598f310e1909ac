//! `#[derive(Container)]`: the list of singletons, and a builder that will not build without its inputs.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Fields, Type, spanned::Spanned};

use super::{braced, check, covering, function, no_generics, params, prelude, provider::absent};
use crate::{
    diag::Diagnostics,
    model::{PRIMITIVES, Param, Use, Wrap, ident_name_raw, is_wrapper, mended, owner_of},
    parse::Options,
    pretty::pretty,
};

/// Names of the builder's own methods.
const RESERVED: &[&str] = &["build", "runtime", "settings"];

pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: Type,
    /// Its qualifier.
    pub(super) named: Option<Type>,
    /// Whether it is a part, with fields of its own.
    part: bool,
    pub(super) input: bool,
    /// Whether something is wrong with it, which has been said.
    pub(super) refused: bool,
    /// Whether that is that it is read from requests, so that it is provided already.
    pub(super) read: bool,
}

impl Field {
    /// Whether this is the field for `ty`, of that name.
    fn is(&self, ty: &Type, named: Option<&Type>) -> bool {
        self.ty == *ty && self.named.as_ref() == named
    }

    /// Whether another of the `fields` is of the same type and name, which has been said of this one.
    pub(super) fn is_again(&self, fields: &[Self]) -> bool {
        self.refused && fields.iter().any(|other| other.is(&self.ty, self.named.as_ref()) && other.name != self.name)
    }
}

/// Expands the derive.
pub(crate) fn derive_container(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(item) => fields("container", &item, &diags).map(|fields| {
            let refused = !diags.is_empty() || fields.iter().any(|field| field.refused);
            expand(&item, &fields, refused)
        }),
        Err(error) => in_name_only(&item).or_else(|| {
            diags.push(error);
            None
        }),
    };
    (tokens.unwrap_or_default(), diags.finish())
}

/// A container that the compiler could not read, which it has said.
fn in_name_only(item: &TokenStream) -> Option<TokenStream> {
    let (item, fields) = unreadable("container", item)?;
    Some(expand(&item, &fields, true))
}

/// What can be read of a container or a part that the compiler could not read: its fields are there in name.
pub(super) fn unreadable(what: &str, item: &TokenStream) -> Option<(DeriveInput, Vec<Field>)> {
    let (item, quiet) = (mended(item)?, Diagnostics::new());
    let mut fields = fields(what, &item, &quiet).unwrap_or_default();
    quiet.finish();
    for field in &mut fields {
        (field.refused, field.part, field.input) = (true, false, false);
    }
    Some((item, fields))
}

/// Where an attribute says that a struct is packed, if it does.
fn packed(attr: &Attribute) -> Option<Ident> {
    if !attr.path().is_ident("repr") {
        return None;
    }
    let words = attr.meta.require_list().ok()?.tokens.clone().into_iter();
    words
        .filter_map(|word| if let TokenTree::Ident(word) = word { Some(word) } else { None })
        .find(|word| word == "packed")
}

/// The fields of a container, or of a part of one.
pub(super) fn fields(what: &str, item: &DeriveInput, diags: &Diagnostics) -> Option<Vec<Field>> {
    let Data::Struct(data) = &item.data else {
        diags.at(
            &item.ident,
            format!(
                "a {what} is a struct: one field for each singleton\nhelp: write `struct {} {{ pool: Pool }}`",
                item.ident
            ),
        );
        return Some(Vec::new());
    };
    if !item.generics.params.is_empty() {
        diags.at(
            &item.generics,
            format!("a {what} is one type, so it cannot be generic\nhelp: write the types it is for"),
        );
        return None;
    }
    if let Some(attr) = item.attrs.iter().find(|attr| attr.path().is_ident("container")) {
        diags.at(attr, format!("options of a {what} are those of its fields\nhelp: put the attribute on a field"));
    }
    if let Some(packed) = item.attrs.iter().find_map(packed) {
        diags.at(
            packed,
            format!("a {what}'s fields are borrowed, which those of a packed struct cannot be\nhelp: remove `packed`"),
        );
    }
    let named = match &data.fields {
        Fields::Named(fields) => Some(&fields.named),
        Fields::Unit => None,
        Fields::Unnamed(fields) => {
            diags.at(
                fields,
                format!(
                    "a {what}'s fields have names: its builder has a method for each\nhelp: write `{{ pool: Pool }}`"
                ),
            );
            return Some(fields.unnamed.iter().enumerate().map(unnamed).collect());
        }
    };
    let known_options: &[&str] = if what == "container" { &["input", "name", "part"] } else { &["input", "name"] };
    let mut fields = Vec::new();
    for field in named.into_iter().flatten() {
        let (name, known) = (field.ident.clone()?, diags.len());
        if what == "container" && RESERVED.contains(&ident_name_raw(&name).as_str()) {
            diags.at(&name, format!("`{name}` is a method of the builder\nhelp: give the field another name"));
        }
        for attr in field.attrs.iter().filter(|attr| is_bare_option(attr)) {
            let option = attr.path().to_token_stream();
            diags.at(attr, format!("`{option}` is an option of `container`\nhelp: write `#[container({option})]`"));
        }
        let args = field.attrs.iter().filter(|attr| attr.path().is_ident("container"));
        let args: Vec<_> =
            args.filter_map(|attr| diags.ok(attr.meta.require_list())).map(|list| &list.tokens).collect();
        let options = Options::parse("container", quote!(#(#args),*), known_options, diags);
        options.no_text("container", diags);
        let (input, named) = (options.flag("input", diags), options.name(diags));
        let part = options.flag("part", diags);
        if let Some(key) = options.key("input").or(options.key("name")).filter(|_| part) {
            diags.at(key, format!("a part is neither an input nor has it a name\nhelp: remove `{key}`; what of it is an input, it says itself"));
        }
        let mut others = fields.iter().filter(|_| !options.unread() && !options.has_unread_name(named.as_ref()));
        if let Some(earlier) = others.find(|earlier: &&Field| earlier.is(&field.ty, named.as_ref())) {
            diags.at(
                &field.ty,
                match &named {
                    None => format!(
                        "`{}` and `{name}` are both `{}`, and a singleton is found by its type\n\
                         help: give one of them a name, `#[container(name = ..)]`, or a newtype",
                        earlier.name,
                        pretty(&field.ty)
                    ),
                    Some(named) => format!(
                        "`{}` and `{name}` are both `{}` named `{}`\nhelp: give one of them another name",
                        earlier.name,
                        pretty(&field.ty),
                        pretty(named)
                    ),
                },
            );
        }
        let read = match what {
            "part" => is_wrapper(&field.ty).then(|| read_from_request(&field.ty)),
            _ if input && named.is_none() => {
                params::read_from_body(&field.ty, "cannot be an input too", "#[container(input, name = Name)]")
            }
            _ => None,
        };
        if let Some(text) = &read {
            diags.at(&field.ty, text);
        } else if what == "part"
            && named.is_none()
            && !options.unread()
            && let Some(text) = foreign(&field.ty, "#[container(.., name = Name)]")
        {
            diags.at(&field.ty, text);
        }
        let (ty, unnamed) = with_lifetime_and_size(&field.ty);
        let refused = unnamed || diags.len() > known;
        fields.push(Field {
            name,
            ty,
            named,
            part: part && !refused,
            input: input && !refused,
            refused,
            read: read.is_some(),
        });
    }
    Some(fields)
}

/// What is wrong with what is read from a request as a field of a part.
fn read_from_request(ty: &Type) -> String {
    format!(
        "`{}` is read from each request, and the fields of a part are singletons\n\
         help: take it as a parameter of what needs it",
        pretty(ty)
    )
}

/// Whether an option of a field is written as an attribute of its own.
fn is_bare_option(attr: &Attribute) -> bool {
    ["input", "part"].iter().any(|option| attr.path().is_ident(option))
}

/// What is wrong with a type for any container that is of the standard library, where its tokens tell: only a crate that owns the type or
/// its name may say that. `named` is how it is given one.
pub(super) fn foreign(ty: &Type, named: &str) -> Option<String> {
    const NAMES: &[&str] = &["str", "String", "Vec", "Option", "Arc", "HashMap", "BTreeMap", "PathBuf"];
    let is_foreign = match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            NAMES.contains(&&*name) || PRIMITIVES.contains(&&*name)
        }),
        Type::Reference(reference) => return foreign(&reference.elem, named),
        ty => matches!(ty, Type::Tuple(_) | Type::Array(_) | Type::FnPtr(_) | Type::Ptr(_)),
    };
    is_foreign.then(|| {
        format!(
            "`{}` is no type of this crate, which may not say that every container provides it\n\
             help: give it a name of this crate's, `{named}` beside `pub struct Name;`, or make it a newtype",
            pretty(ty)
        )
    })
}

/// A field without a name, in name only.
fn unnamed((index, field): (usize, &syn::Field)) -> Field {
    let (name, (ty, _)) = (format_ident!("field_{index}"), with_lifetime_and_size(&field.ty));
    Field { name, ty, named: None, part: false, input: false, refused: true, read: false }
}

/// The type of a field, and whether it is a reference without a lifetime or has no size: of that the compiler says where it stands,
/// and nothing more if it has one here.
fn with_lifetime_and_size(ty: &Type) -> (Type, bool) {
    match ty {
        ty if owner_of(ty).is_some() => (syn::parse_quote!(&'static #ty), true),
        Type::Reference(reference) if reference.lifetime.is_none() => {
            let mut reference = reference.clone();
            reference.lifetime = Some(syn::parse_quote!('static));
            (Type::Reference(reference), true)
        }
        ty => (ty.clone(), false),
    }
}

/// `refused` says that it does not compile: then it is there in name, so that what uses it has nothing to complain about.
fn expand(item: &DeriveInput, fields: &[Field], refused: bool) -> TokenStream {
    let (prelude, name) = (prelude(), &item.ident);
    let container: Type = syn::parse_quote!(#name);
    let held = fields
        .iter()
        .enumerate()
        .map(|(index, field)| if field.part { included(name, index, fields) } else { held(name, index, fields) });
    let records = fields.iter().map(|field| {
        if field.part {
            let ty = &field.ty;
            let of = covering(ty, quote!(<#ty as __di::ContainerPart>::In<#container>));
            let fields = covering(ty, quote!(<#of as __di::PartFields>::FIELDS));
            return quote!(__di::Field::Part(#fields));
        }
        let record = params::record(&param(field), &container, params::Asks::No);
        quote!(__di::Field::One(#record))
    });
    // Then it lacks something, so that no singleton is told that it has no field.
    let lacking =
        refused.then(|| quote!(__di::Field::One(__di::Param::run("", "", __di::check::refused(), __di::None))));
    let takes = fields.iter().map(|Field { name, ty, part, .. }| {
        if *part { quote!(#name: __di::PartProbe::<#ty>::assemble(__slots)) } else { quote!(#name: __slots.take()) }
    });
    let count = fields.len() + usize::from(refused);
    let builder = builder(item, fields);
    let drops = drops(name);
    let assembled = if refused { quote!(::core::unreachable!()) } else { quote!(#name { #(#takes),* }) };
    quote! {
        #builder
        const _: () = {
            #prelude
            #(#held)*
            static __DI_FIELDS: [__di::Field; #count] = [#(#records,)* #lacking];
            const _: () = { #drops };
            impl __di::Container for #name {
                const SENDS: ::core::option::Option<__di::Sends<Self>> = __di::SendProbe::<#name>::SENDS;
                const SHARES: ::core::option::Option<__di::Sends<&'static Self>> =
                    __di::SendProbe::<&'static #name>::SENDS;
                const FIELDS: &'static [__di::Field] = &__DI_FIELDS;
                const GRANTED: __di::NodeRef = __di::NodeProbe::<__di::GrantedScopes, #name>::NODE;
                #[allow(unused_variables)]
                fn __di_assemble(__slots: &mut __di::Slots) -> Self {
                    #assembled
                }
            }
        };
    }
}

/// That a container, or a part of one, leaves it to its fields what happens at the end.
pub(super) fn drops(name: &Ident) -> TokenStream {
    let text = format!(
        "`{name}` implements `Drop`, but at the end its singletons are dropped one by one, in the order of their dependencies\n\
         help: remove the implementation, and write `teardown = ..` on the provider of what is to be closed"
    );
    let fail = covering(name, quote!(::core::panic!(#text)));
    quote!(if __di::DropProbe::<#name>::DROPS { #fail })
}

/// A field as a parameter of the container.
pub(super) fn param(field: &Field) -> Param {
    let (name, ty, named) = (ident_name_raw(&field.name), field.ty.clone(), field.named.clone());
    Param { name, ty, named, usage: Use::Run, wrap: Wrap::Plain, error: None, text: None }
}

/// Where a field is in its container, if that has a layout.
pub(super) fn offset(container: &Ident, name: &Ident, fields: &[Field]) -> TokenStream {
    if fields.iter().any(|field| field.refused) {
        quote!(0)
    } else {
        quote!(::core::mem::offset_of!(#container, #name))
    }
}

/// That the container includes the part, and that nothing is wrong with its fields here.
fn included(container: &Ident, index: usize, fields: &[Field]) -> TokenStream {
    let Field { name, ty, .. } = &fields[index];
    let (keyword, has) = (quote_spanned!(ty.span()=> impl), covering(ty, quote!(__di::HasPart)));
    let offset = offset(container, name, fields);
    let offset = braced(ty, quote!(const OFFSET: usize = #offset;));
    let no_generics = no_generics();
    let checked = check(ty, quote!(__di::check::part(&__DI_FIELDS[#index])));
    quote! {
        #[diagnostic::do_not_recommend]
        #keyword #no_generics #has<#ty> for #container #offset
        const _: () = { #checked };
    }
}

/// That threads may share a field. That what a provider returns is `Send` is asked of the provider.
pub(super) fn shared(field: &Field) -> TokenStream {
    let Field { name, ty, input, .. } = field;
    let (name, text) = (ident_name_raw(name), pretty(ty));
    let sends = quote!(__di::SendProbe::<#ty>::SENDS);
    let shares = quote!(__di::SyncProbe::<#ty>::SYNC);
    let rule = if *input {
        quote!(__di::check::shared(#name, #text, #sends.is_some(), #shares))
    } else {
        quote!(__di::check::shared(#name, #text, true, #sends.is_none() || #shares))
    };
    check(ty, rule)
}

/// What says that there is a field at this offset.
pub(super) fn by_field(offset: &TokenStream) -> TokenStream {
    let absent = absent();
    quote! {
        #absent
        const EDGE: __di::Edge<__di::ByField> = __di::Edge::field(#offset);
    }
}

/// That the container has the field; for an input that it provides it, otherwise that something does.
fn held(container: &Ident, index: usize, fields: &[Field]) -> TokenStream {
    let field = &fields[index];
    let Field { name, ty, named, input, refused, read, .. } = field;
    let text = pretty(ty);
    let function = function(name, false);
    if field.is_again(fields) || *read {
        return TokenStream::new();
    }
    let keyword = quote_spanned!(ty.span()=> impl);
    let provide = if named.is_none() { quote!(__di::Provide) } else { quote!(__di::ProvideNamed) };
    let provide = covering(ty, provide);
    let qualifier = named.as_ref().map(|named| quote!(#named,));
    let offset = offset(container, name, fields);
    let (holds, nothing, no_generics) = (braced(ty, by_field(&offset)), braced(ty, absent()), no_generics());
    let holds = quote! {
        #[diagnostic::do_not_recommend]
        #keyword #no_generics #provide<#qualifier #container, __di::ByField> for #ty #holds
    };
    // Before the one by the field: of a type that it does not know the compiler takes the last.
    let nobody = quote! {
        #[diagnostic::do_not_recommend]
        #keyword #no_generics #provide<#qualifier #container, __di::ByNobody<#container, #index>> for #ty #nothing
    };
    if *refused {
        return quote!(#nobody #holds);
    }
    if *input {
        let qualified = named.as_ref().map(|named| {
            let text = pretty(named);
            quote!(.named::<#ty, #named>(#text))
        });
        let body = braced(
            ty,
            quote! {
                type Error = ::core::convert::Infallible;
                const NODE: __di::NodeRef = {
                    static __DI_NODE: __di::Node =
                        __di::Node::given::<#ty>(#text, #function, #offset) #qualified;
                    __di::NodeRef::new(&__DI_NODE)
                };
            },
        );
        let shared = shared(field);
        return quote! {
            #holds
            #[diagnostic::do_not_recommend]
            #keyword #no_generics #provide<#qualifier #container> for #ty #body
            const _: () = { #shared };
        };
    }
    let container: Type = syn::parse_quote!(#container);
    let provided = params::provided_field(ty, named.as_ref(), &container);
    let node = params::probe(ty, named.as_ref(), &container);
    let field_text = ident_name_raw(name);
    let checked = check(
        ty,
        quote! {
            __di::check::field(#node, #field_text, #text, __di::PartProbe::<#ty>::IS_PART)
        },
    );
    let shared = shared(field);
    quote! {
        #nobody
        #holds
        const _: () = { #provided #checked #shared };
    }
}

/// The parameter of the builder that says whether this input has been handed over; its name stands in messages.
fn state(input: &Ident) -> Ident {
    format_ident!("Given{}", camel(input), span = input.span())
}

fn camel(input: &Ident) -> String {
    let name = ident_name_raw(input);
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        first.chain(letters).collect::<String>()
    });
    words.collect()
}

/// What stands for a field that has not been handed over.
fn not_given(field: &Field) -> Ident {
    format_ident!("No{}", camel(&field.name), span = field.name.span())
}

/// What says that an input has been handed over.
fn given(state: &Ident) -> Ident {
    format_ident!("Is{state}", span = state.span())
}

fn builder(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let (name, vis) = (&item.ident, &item.vis);
    let builder = format_ident!("{name}Builder");
    let module = format_ident!("__di_{}_inputs", name.to_string().to_lowercase());
    let inputs: Vec<&Field> = fields.iter().filter(|field| field.input || field.part).collect();
    let names: Vec<Ident> = inputs.iter().map(|field| not_given(field)).collect();
    let states: Vec<Ident> = inputs.iter().map(|field| state(&field.name)).collect();
    let supplied = states.iter().zip(&inputs).map(|(state, input)| {
        let (given, module) = (given(state), Ident::new(&module.to_string(), state.span()));
        let of = input.part.then_some(&input.ty).map(|part| quote!(<#part>));
        quote_spanned!(state.span()=> #state: #module::#given #of,)
    });
    // A trait for each, because its words know the input by name: of a type the compiler writes the path, where another has its name.
    let asked = states.iter().zip(&inputs).map(|(state, input)| {
        let (given, name) = (given(state), ident_name_raw(&input.name));
        let value = if input.part { format!("{}Inputs {{{{ .. }}}}", pretty(&input.ty)) } else { "..".to_owned() };
        let message = format!("`{name}` has not been handed to the builder");
        let (label, help) =
            (format!("`{name}` is missing"), format!("help: call `.{name}({value})` before `.build()`"));
        let (of, implementations) = if input.part {
            let marker = not_given(input);
            let implementations = quote! {
                #[diagnostic::do_not_recommend]
                impl<Part: ::di_server::__private::WithoutInputs> #given<Part> for #marker {}
                impl<Part> #given<Part> for ::di_server::__private::Supplied {}
            };
            (quote!(<Part>), implementations)
        } else {
            (quote!(), quote!(impl #given for ::di_server::__private::Supplied {}))
        };
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #help)]
            pub trait #given #of {}
            #implementations
        }
    });
    let methods = fields.iter().filter(|field| field.name != "build");
    let methods = methods.map(|field| method(field, &builder, &inputs, &states));
    // A field of such a name has been refused; it is there in name.
    let own = |name: &str, method: TokenStream| (!fields.iter().any(|field| field.name == name)).then_some(method);
    let doc = format!("Builds [`{name}`]: takes its inputs, and values for other fields in place of their providers.");
    let set = quote! {
        __parts: self.__parts, __runtime: self.__runtime, __inputs: ::core::marker::PhantomData
    };
    let markers = names.iter().map(|marker| quote_spanned!(marker.span()=> pub struct #marker {}));
    let whole = covering(name, quote!(#builder));
    let runtime = quote! {
        /// Builds on this executor.
        #vis fn runtime(
            self,
            runtime: impl ::di_server::__private::Runtime,
        ) -> #builder<#(#states,)* ::std::sync::Arc<dyn ::di_server::__private::Runtime>> {
            #builder {
                __parts: self.__parts,
                __runtime: ::std::sync::Arc::new(runtime),
                __inputs: ::core::marker::PhantomData,
            }
        }
    };
    let settings = quote! {
        /// Replaces the default settings.
        #vis fn settings(mut self, settings: ::di_server::Settings) -> Self {
            self.__parts.settings(settings);
            #builder { #set }
        }
    };
    let (runtime, settings) = (own("runtime", runtime), own("settings", settings));
    let build = Ident::new("build", name.span());
    quote! {
        #[doc(hidden)]
        #[allow(
            non_camel_case_types, missing_docs, missing_debug_implementations, missing_copy_implementations,
            unreachable_pub, dead_code, clippy::exhaustive_structs, clippy::empty_structs_with_brackets
        )]
        pub mod #module {
            #(#markers)*
            #(#asked)*
        }

        #[doc = #doc]
        #[must_use = "a builder builds nothing until `build` is awaited"]
        #[allow(missing_debug_implementations, dead_code)]
        #vis struct #whole<#(#states = #module::#names,)* GivenRuntime = ::di_server::__private::DefaultRuntime> {
            __parts: ::di_server::__private::Parts,
            __runtime: GivenRuntime,
            __inputs: ::core::marker::PhantomData<fn() -> (#(#states,)*)>,
        }

        #[allow(dead_code)]
        impl #name {
            /// Starts building the container.
            #vis fn builder() -> #builder {
                #builder {
                    __parts: ::core::default::Default::default(),
                    __runtime: ::di_server::__private::DefaultRuntime,
                    __inputs: ::core::marker::PhantomData,
                }
            }
        }

        #[allow(dead_code, clippy::impl_trait_in_params)]
        impl<#(#states,)* GivenRuntime> #builder<#(#states,)* GivenRuntime> {
            #(#methods)*

            #runtime
            #settings

            /// Builds every singleton that was not handed over, each after what it depends on, independent ones
            /// concurrently.
            ///
            /// # Errors
            ///
            /// A singleton whose provider failed or panicked, with the chain of those that need it.
            #vis fn #build(self) -> ::di_server::__private::Building<#name>
            where
                #(#supplied)*
                GivenRuntime: ::di_server::__private::HasRuntime,
            {
                self.__parts.start(::di_server::__private::HasRuntime::runtime(self.__runtime))
            }
        }
    }
}

/// The builder's method for one field.
fn method(field: &Field, builder: &Ident, inputs: &[&Field], states: &[Ident]) -> TokenStream {
    let Field { name, ty, named, input, part, .. } = field;
    // What is not `Send` is said of the field.
    let sends = quote! {{
        use ::di_server::__private::NotSent as _;
        ::di_server::__private::SendProbe::<#ty>::SENDS
    }};
    let give = match named {
        _ if *part => quote!(::di_server::__private::InputsOf::__di_give(#name, &mut self.__parts)),
        None => quote!(self.__parts.give(#name, #sends)),
        Some(named) => quote!(self.__parts.give_named::<#named, _>(#name, #sends)),
    };
    let given = if *part { quote!(impl ::di_server::__private::InputsOf<#ty>) } else { quote!(#ty) };
    let after = states.iter().zip(inputs).map(|(state, other)| {
        if other.name == *name { quote!(::di_server::__private::Supplied) } else { quote!(#state) }
    });
    let doc = if *part {
        format!("Hands over the inputs of the part `{name}`, which `build` needs. Of several calls the last counts.")
    } else if *input {
        format!("Hands over `{name}`, which `build` needs. Of several calls the last counts.")
    } else {
        format!("Hands over `{name}`, in place of what its provider would build. Of several calls the last counts.")
    };
    quote! {
        #[doc = #doc]
        pub fn #name(mut self, #name: #given) -> #builder<#(#after,)* GivenRuntime> {
            #give;
            #builder {
                __parts: self.__parts,
                __runtime: self.__runtime,
                __inputs: ::core::marker::PhantomData,
            }
        }
    }
}
