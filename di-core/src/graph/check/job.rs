//! The rules for jobs, which run outside of a request.

use std::slice;

use super::{
    fault::{At, Fault, located},
    params::params,
    reach::{has_below, reach},
};
use crate::{
    graph::{Declaration, Node, Param, Scope},
    text::Text,
};

/// The rules for a job.
#[must_use]
pub const fn job(job: &Declaration) -> Option<Fault> {
    let mut i = 0;
    while i < job.params.len() {
        let text = of_a_request(job, i);
        if text.is_some() {
            return located(text, At::Param(i));
        }
        i += 1;
    }
    params(&job.function(), job.params)
}

/// What of parameter `index` only a request has.
const fn of_a_request(job: &Declaration, index: usize) -> Option<Text> {
    let param = &job.params[index];
    let text = Text::new().str("job `").str(job.meta.name).str("` takes ").asked(param).str(", which ");
    let help = "\nnote: a job runs outside of a request\nhelp: take what a request would say from a singleton, or split the provider in two";
    if is_of_a_request(param) {
        return Some(text.str("only a request has").str(help));
    }
    if !has_below(param) {
        return None;
    }
    reach!(slice::from_ref(param), reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len {
            let node = reached.node(at);
            if let (None, Some(asks)) = (&found, request_param(node)) {
                let mut text = text.str("depends on ").asked(asks).str(", which only a request has");
                // What the framework brings is at no place of the user's.
                if !node.function.place.is_nowhere() {
                    text = text.str("\nnote: `").str(node.function.name).str("` (");
                    text = text.at(&node.function.place).str(") takes it");
                }
                found = Some(text.str(help));
            }
            at += 1;
        }
        found
    }, None)
}

const fn request_param(node: &Node) -> Option<&Param> {
    let mut i = 0;
    while i < node.params.len() {
        if is_of_a_request(&node.params[i]) {
            return Some(&node.params[i]);
        }
        i += 1;
    }
    None
}

/// Whether only a request has it.
pub(crate) const fn is_of_a_request(param: &Param) -> bool {
    let node = param.node.get();
    // What sets something on the response has none to set it on.
    matches!(node.scope, Scope::Input | Scope::Part) || node.decorates.is_some()
}
