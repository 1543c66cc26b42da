//! Rust goes in as in `quote!`; the same tokens come out, with local names that no name of the user's can meet.
//!
//! A user's function can be called `result` or `scope`: with the spans of plain `quote!`, our locals would hide it.

macro_rules! quote_mixed_site {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

pub(crate) use quote_mixed_site;
