//! Is the error of a `Result` what its provider fails with?

use super::usage::{reference, result_of_infallible};
use crate::{
    graph::{Node, Param, Scope, Use},
    text::Text,
};

/// The rules for the error `ty` of a parameter `Result<&T, &E>` or `Result<X, E>`; `same` says whether that is what the
/// provider fails with, `rejection` whether it is `Rejection`.
#[must_use]
pub const fn failure(param: &Param, ty: &str, same: bool, rejection: bool) -> Option<Text> {
    let node = param.node.get();
    match (node.scope, param.usage) {
        (Scope::Missing, _) => None,
        (Scope::Input, Use::Value) if same => None,
        (Scope::Input, Use::Value) => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` does not fail with `")
                .str(ty)
                .str("`: an input that cannot be read is a `Rejection`\nhelp: write `Result<")
                .str(param.ty)
                .str(", Rejection>`"),
        ),
        (_, Use::Value) if node.error.is_none() => result_of_infallible(param, node),
        (Scope::Transient, Use::Value) => another_error(param, node, ty, same),
        (_, Use::Value) if rejection => another_error(param, node, ty, same),
        (_, Use::Value) => Some(
            Text::new()
                .str("a `Result` of a provided type lends both its value and its error\nhelp: write `Result<&")
                .str(param.ty)
                .str(", &")
                .str(ty)
                .str(">`"),
        ),
        _ => another_error(param, node, ty, same),
    }
}

const fn another_error(param: &Param, node: &Node, ty: &str, same: bool) -> Option<Text> {
    let Some(error) = &node.error else { return None };
    if same {
        return None;
    }
    let text = Text::new().str("`").str(param.ty).str("` does not fail with `").str(ty).str("`: its provider `");
    let text = text.str(node.function.name).str("` (").at(&node.function.place).str(") fails with `").str(error.name);
    let (value, lent) = (reference(param), if matches!(param.usage, Use::Value | Use::Fresh) { "" } else { "&" });
    let text = text.str("`\nhelp: write `Result<").str(value).str(param.ty).str(", ").str(lent);
    Some(text.str(error.name).str(">`"))
}
