//! A row of the table: a promise, and for each road a test or a reason.

/// What a row says: the promise, and each road with the reason why it has no test, if it has none.
pub(crate) struct Row {
    pub(crate) promise: &'static str,
    pub(crate) cells: &'static [(&'static str, Option<&'static str>)],
}

/// Makes a test of each cell that is a block, and the module's `ROW` of all of them. A cell that is a text is a reason.
macro_rules! row {
    ($promise:literal; $($road:ident $cell:tt)*) => {
        pub(crate) const ROW: crate::table::Row = crate::table::Row {
            promise: $promise,
            cells: &[$((stringify!($road), reason!($cell))),*],
        };
        $(cell! { $road $cell })*
    };
}

macro_rules! cell {
    ($road:ident $reason:literal) => {};
    ($road:ident $test:block) => {
        #[tokio::test(start_paused = true)]
        async fn $road() $test
    };
}

macro_rules! reason {
    ($reason:literal) => {
        Some($reason)
    };
    ($test:block) => {
        None
    };
}
