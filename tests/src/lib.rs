//! Tests of hostkit through its public door; everything is under `tests/`.
