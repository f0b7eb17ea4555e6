//! Policies without a lab: parsing, deciding, explaining, checking.

mod access;
mod bad_policies;
mod changes;
mod checks;
mod explained;
mod explanations;
mod policy_properties;
mod real_policies;
mod templates;

#[expect(clippy::std_instead_of_alloc, reason = "a test has std")]
#[path = "../cases_support/mod.rs"]
mod cases_support;
#[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "small numbers, and its own JSON")]
#[path = "../organization_support/mod.rs"]
mod organization_support;
#[path = "../support/mod.rs"]
mod support;
