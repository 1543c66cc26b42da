//! Typed sections, through the public door: how they are read, and what is told of everything that can be wrong with them.

#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

mod configuration {
    mod world;

    mod bounds;
    mod buffered;
    mod defaults;
    mod helps;
    mod layers;
    mod parameters;
    mod secrets;
    mod strictness;
    mod together;
    mod unknown;
    mod validate;
    mod values;
    mod wiped;
    mod wrong;
}
