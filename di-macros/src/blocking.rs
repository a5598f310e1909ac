//! Which calls in an asynchronous function would block its thread?
//!
//! Those that are spelled out: `std::thread::sleep`, `thread::sleep`, `std::fs::…`, the sockets of `std::net`,
//! `reqwest::blocking::…`. Closures, nested items and macros are not looked into: they may run elsewhere.

use proc_macro2::TokenStream;
use syn::{
    Block, Expr, ExprCall, ExprClosure, Item, Macro, Path,
    visit::{self, Visit},
};

use crate::{diag::Diagnostics, model::Signature};

/// Records each blocking call of a function that runs on the executor: an asynchronous one, or a plain one in place.
pub(crate) fn check(function: &Signature, diags: &Diagnostics) {
    // Hardly a function has any such word, and to look for one is a fraction of the work of parsing its body.
    if function.words.may_block {
        calls(&function.item.sig.ident, function.is_async, &function.body, diags);
    }
}

/// Records each blocking call of `body`, the body of function `name`.
fn calls(name: &syn::Ident, awaits: bool, body: &TokenStream, diags: &Diagnostics) {
    // What does not parse is the compiler's to report.
    if let Ok(body) = syn::parse2::<Block>(body.clone()) {
        Calls { name, awaits, diags }.visit_block(&body);
    }
}

struct Calls<'a> {
    name: &'a syn::Ident,
    /// Whether it is asynchronous, and not plain and run in place.
    awaits: bool,
    diags: &'a Diagnostics,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(instead) = instead_of(&function.path)
        {
            let (name, path) = (self.name, crate::pretty::pretty(&function.path));
            let instead = if self.awaits {
                format!("{instead}, or make `{name}` a plain `fn`, which runs on the blocking pool")
            } else {
                format!("remove `inline`, so that `{name}` runs on the blocking pool")
            };
            self.diags.at(
                &function.path,
                format!(
                    "`{path}` blocks the thread that runs `{name}` and every other request on it\n\
                     help: {instead}\n\
                     help: if it cannot block for long, silence this with `allow_blocking` in the attribute"
                ),
            );
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_item(&mut self, _: &'ast Item) {}
    fn visit_macro(&mut self, _: &'ast Macro) {}
}

/// What to write instead of a call of `path`, if it blocks.
fn instead_of(path: &Path) -> Option<&'static str> {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments[..] {
        ["std", "thread", "sleep"] | ["thread", "sleep"] if path.leading_colon.is_none() || segments[0] == "std" => {
            Some("await your executor's sleep (`tokio::time::sleep(..).await`)")
        }
        ["std", "fs", _, ..] => Some("await your executor's file functions (`tokio::fs`)"),
        ["std", "net", "TcpStream" | "TcpListener" | "UdpSocket" | "ToSocketAddrs", _] => {
            Some("await your executor's sockets (`tokio::net`)")
        }
        ["reqwest", "blocking", _, ..] => Some("await reqwest's asynchronous client"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens;
    use syn::parse_quote;

    fn found(body: &Block) -> usize {
        let diags = Diagnostics::new();
        calls(&parse_quote!(handler), true, &body.to_token_stream(), &diags);
        diags.finish().len()
    }

    #[test]
    fn finds_calls_that_are_spelled_out() {
        assert_eq!(
            found(&parse_quote!({
                std::thread::sleep(d);
            })),
            1
        );
        assert_eq!(
            found(&parse_quote!({
                let x = ::std::fs::read("a")?;
                thread::sleep(d)
            })),
            2
        );
        assert_eq!(
            found(&parse_quote!({
                if a {
                    std::net::TcpStream::connect(b);
                }
            })),
            1
        );
        assert_eq!(found(&parse_quote!({ reqwest::blocking::get(u) })), 1);
    }

    #[test]
    fn leaves_alone_what_may_run_elsewhere() {
        assert_eq!(
            found(&parse_quote!({
                spawn(move || std::thread::sleep(d));
            })),
            0
        );
        assert_eq!(
            found(&parse_quote!({
                fn inner() {
                    std::thread::sleep(d)
                }
            })),
            0
        );
        assert_eq!(
            found(&parse_quote!({
                m!(std::thread::sleep(d));
                tokio::fs::read(p).await
            })),
            0
        );
        assert_eq!(
            found(&parse_quote!({
                std::net::SocketAddr::from(a);
            })),
            0
        );
    }
}
