//! What does a function ask of the path?

use super::reach::reach;
use crate::{
    graph::{Param, PathShape},
    route::key::same as equal,
};

/// Whether a function with these parameters, or anything that it depends on, asks the path for `name`.
pub(crate) const fn asks_for(params: &'static [Param], name: &str) -> bool {
    if asks_itself(params, name) {
        return true;
    }
    reach!(params, reached => {
        let (mut at, mut asks) = (0, false);
        while at < reached.len {
            asks |= asks_itself(reached.get(at).node.params, name);
            at += 1;
        }
        asks
    }, false)
}

const fn asks_itself(params: &[Param], name: &str) -> bool {
    let mut i = 0;
    while i < params.len() {
        let param = &params[i];
        match path_shape(param) {
            PathShape::None | PathShape::Tuple(_) => {}
            PathShape::Scalar => {
                if equal(param.name, name) {
                    return true;
                }
            }
            PathShape::Fields(fields) => {
                let mut k = 0;
                while k < fields.len() {
                    if equal(fields[k], name) {
                        return true;
                    }
                    k += 1;
                }
            }
        }
        i += 1;
    }
    false
}

/// What a parameter asks of the path.
const fn path_shape(param: &Param) -> PathShape {
    match &param.input {
        Some(input) => input.path,
        None => PathShape::None,
    }
}
