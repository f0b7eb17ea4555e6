//! KMS, from outside: a lab, its clients, and what they are answered.

mod aliases;
mod consistency;
mod costs;
mod encryption;
mod fixtures;
mod grants;
mod grants_kept;
mod imported;
mod imported_pairs;
mod key_stores;
mod key_table;
mod keys;
mod last_usage;
mod multi_region;
mod pairs;
mod pairs_ruled;
mod policies;
mod quotas;
mod rotation;
mod shared;
mod state_kept;
mod states;
mod trail;

#[path = "../import_support/mod.rs"]
mod import_support;
#[path = "../support/mod.rs"]
mod support;
