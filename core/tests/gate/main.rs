//! The gate, and the services beside KMS: IAM, STS, organizations.

mod iam;
mod iam_enforced;
mod iam_simulator;
mod organization;
mod pages;
mod pipeline;
mod pitfalls;
mod sigv4;
mod sts;

#[path = "../support/mod.rs"]
mod support;
