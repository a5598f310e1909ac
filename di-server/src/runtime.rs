//! Which executor has an application that names none?

/// The executor of an application that was given none: tokio's, or smol's.
#[derive(Debug)]
pub struct DefaultRuntime;

#[cfg(any(feature = "tokio", feature = "smol"))]
impl di_core::__private::HasRuntime for DefaultRuntime {
    /// # Panics
    ///
    /// With the feature `tokio` alone, outside of a tokio runtime.
    fn runtime(self) -> std::sync::Arc<dyn di_core::rt::Runtime> {
        #[cfg(feature = "tokio")]
        if cfg!(not(feature = "smol")) || tokio::runtime::Handle::try_current().is_ok() {
            return std::sync::Arc::new(crate::server::tokio::TokioRuntime::current());
        }
        #[cfg(feature = "smol")]
        return std::sync::Arc::new(crate::server::smol::SmolRuntime::new());
        #[cfg(not(feature = "smol"))]
        unreachable!("tokio's runtime was returned")
    }
}
