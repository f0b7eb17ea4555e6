//! The command `kmslab-server`.
fn main() {}
