//! What exists: accounts, keys, grants, the trail; and the door to it.

pub mod table;
