//! Wrong programs go in, the errors that explain them come out; right programs compile without a warning.

#[test]
fn mistakes_are_explained() {
    let t = trybuild::TestCases::new();
    t.compile_fail("ui/*.rs");
    t.pass("ui/pass/*.rs");
}
