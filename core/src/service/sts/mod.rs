//! STS: one file an operation.
//!
//! Source: AWS STS API Reference, version 2011-06-15; storage.md 4.4; authorization.md 7.2.

mod session;

mod assume_role;
mod get_access_key_info;
mod get_caller_identity;
mod get_federation_token;
mod get_session_token;

use super::Row;

/// The operations, by name.
pub static OPERATIONS: &[Row] = &[
    Row::of::<assume_role::AssumeRole>(),
    Row::of::<get_access_key_info::GetAccessKeyInfo>(),
    Row::of::<get_caller_identity::GetCallerIdentity>(),
    Row::of::<get_federation_token::GetFederationToken>(),
    Row::of::<get_session_token::GetSessionToken>(),
];
