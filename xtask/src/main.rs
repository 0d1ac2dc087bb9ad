//! House rules as tests, code generation and the load generator.

fn main() {}
