//! Crates to link are dependencies of this package.

hostkit::main!(link = [hostkti, "no-such-crate"], ignore = [tokoi]);
