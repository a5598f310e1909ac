//! What a request does.
