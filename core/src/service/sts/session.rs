//! What the operations that open sessions share: credentials, session policies, session tags.

use alloc::{format, string::String, vec::Vec};

use crate::base::{AccountId, Fault, Secret, Timestamp};
use crate::policy::Kind;
use crate::service::{Call, Quota};
use crate::wire::view;
use crate::world::identity::{Case, Document, Issued, Narrowing, Tags, flaw, quota};
use crate::world::{Caller, Needs};

/// The bucket of STS, 600 a second for an account and Region. Source: IAM User Guide, "IAM and AWS STS quotas".
pub(crate) const QUOTA: Quota = Quota::Shared("sts");

/// Seconds of the shortest default that a session lasts.
pub(crate) const HOUR: i64 = 3_600;

view! {
    /// Temporary credentials.
    out Credentials {
        access_key_id: String = "AccessKeyId",
        secret: Secret = "SecretAccessKey",
        token: Secret = "SessionToken",
        expires: Timestamp = "Expiration",
    }
    /// A managed policy that narrows a session.
    in PolicyArn { arn: Option<String> = "arn" }
    /// A session tag.
    in Tag { key: String = "Key", value: String = "Value" }
}

impl Credentials {
    /// The credentials of a new session.
    pub(crate) fn of(issued: Issued) -> Result<Self, Fault> {
        let (Some(token), Some(expires)) = (issued.session_token, issued.expires) else { return Err(Fault::Internal) };
        Ok(Self { access_key_id: issued.access_key_id, secret: issued.secret, token, expires })
    }
}

/// Reads the session policies of a request. `account` is where managed ones have to be, if they are not AWS's.
///
/// # Errors
/// [`Fault::MalformedPolicy`], [`Fault::PackedPolicyTooLarge`], [`Fault::Validation`] for too many ARNs; for an ARN
/// without policy [`Fault::InvalidParameterValue`], whose sentence is unconfirmed.
pub(crate) fn narrowing(
    call: &mut Call<'_>,
    account: AccountId,
    inline: Option<&str>,
    arns: Vec<PolicyArn>,
) -> Result<Narrowing, Fault> {
    let managed: Vec<String> = arns.into_iter().filter_map(|policy| policy.arn).collect();
    if managed.len() > quota::SESSION_POLICY_ARNS {
        let list = managed.join(", ");
        return Err(Fault::Validation {
            message: format!(
                "1 validation error detected: Value '[{list}]' at 'policyArns' failed to satisfy constraint: Member \
                 must have length less than or equal to {}",
                quota::SESSION_POLICY_ARNS
            ),
        });
    }
    let inline = inline.map(|text| Document::parse(Kind::Session, text)).transpose().map_err(|error| {
        call.world.decisions.remark(flaw(&error));
        Fault::MalformedPolicy { message: error.message }
    })?;
    if let Some(arn) = managed.iter().find(|arn| call.world.identity.managed_for(account, arn).is_err()) {
        let message = format!("Policy {arn} does not exist or is not attachable.");
        return Err(Fault::InvalidParameterValue { message });
    }
    Ok(Narrowing { inline, managed })
}

/// How much of the room for session policies and tags is used, in percent. AWS packs them into a binary form that it
/// does not document. Ours is the share of the 2,048 characters that policies have, by the documents; tags share four
/// times that room with them.
///
/// # Errors
/// [`Fault::PackedPolicyTooLarge`] above 100.
pub(crate) fn packed(narrowing: &Narrowing, tags: &Tags) -> Result<Option<i64>, Fault> {
    let inline = narrowing.inline.as_ref().map_or(0, |document| document.text().chars().count());
    let arns = narrowing.managed.iter().map(|arn| arn.chars().count()).sum::<usize>();
    let policies = inline.saturating_add(arns);
    if policies == 0 && tags.is_empty() {
        return Ok(None);
    }
    let tags = tags.iter().map(|(key, value)| key.len().saturating_add(value.len())).sum::<usize>();
    let percent = |size: usize| size.saturating_mul(100).div_ceil(quota::SESSION_POLICY_SIZE);
    let used = percent(policies).max(percent(policies.saturating_add(tags).div_ceil(4)));
    let used = u32::try_from(used).unwrap_or(u32::MAX);
    if used > 100 {
        return Err(Fault::PackedPolicyTooLarge { percent: used });
    }
    Ok(Some(used.into()))
}

/// Reads session tags: 50 at most, as the model says.
///
/// # Errors
/// [`Fault::InvalidParameterValue`].
pub(crate) fn tags(given: &[Tag]) -> Result<Tags, Fault> {
    let pairs = given.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    Tags::of(pairs, Case::Folded).map_err(|fault| match fault {
        Fault::InvalidInput { message } => Fault::InvalidParameterValue { message },
        other => other,
    })
}

/// The session's tags, inherited ones included, and the keys of those that the next session inherits.
///
/// # Errors
/// [`Fault::InvalidParameterValue`]; [`Fault::PackedPolicyTooLarge`] for more than 50 tags with those inherited.
pub(crate) fn session_tags(
    given: &[Tag],
    transitive: &[String],
    caller: &Caller,
) -> Result<(Tags, Vec<String>), Fault> {
    let mut tags = tags(given)?;
    let refused = |message: &str| Fault::InvalidParameterValue { message: message.into() };
    if transitive.iter().any(|key| tags.get(key, Case::Folded).is_none()) {
        return Err(refused("The specified transitive tag key must be included in the requested tags."));
    }
    for key in &caller.transitive {
        if tags.get(key, Case::Folded).is_some() {
            return Err(refused(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                 from the calling session.",
            ));
        }
    }
    let inherited = || caller.tags.iter().filter(|(key, _)| caller.transitive.contains(&key.to_lowercase()));
    let count = inherited().count().saturating_add(tags.iter().count());
    if count > quota::TAGS {
        // Unconfirmed. The rule for 50 tags is about those that are passed; for the size of all tags of a session STS's
        // model has this error, and of its errors no other that fits: InvalidParameterValue is about contradictions.
        let percent = count.saturating_mul(100).div_ceil(quota::TAGS);
        return Err(Fault::PackedPolicyTooLarge { percent: u32::try_from(percent).unwrap_or(u32::MAX) });
    }
    let mut transitive: Vec<String> = transitive.iter().map(|key| key.to_lowercase()).collect();
    for (key, value) in inherited() {
        tags.put(key, value, Case::Folded)?;
        transitive.push(key.to_lowercase());
    }
    Ok((tags, transitive))
}

/// The session's source identity: the one given, or the caller's own, which cannot be changed. What STS says to those
/// who try is unconfirmed.
///
/// # Errors
/// [`Fault::AccessDenied`].
pub(crate) fn source_identity<'a>(
    given: Option<&'a String>,
    caller: &'a Caller,
    role_arn: &str,
) -> Result<Option<&'a String>, Fault> {
    match (given, &caller.source_identity) {
        (Some(new), Some(old)) if new != old => Err(Fault::AccessDenied {
            message: format!(
                "User: {} is not authorized to perform: sts:SetSourceIdentity on resource: {}",
                caller.requester.arn, role_arn
            ),
        }),
        (new, old) => Ok(new.or(old.as_ref())),
    }
}

/// `aws:RequestTag/…` and `aws:TagKeys` of the last check.
pub(crate) fn request_tags<T>(needs: Needs<T>, tags: &[Tag]) -> Needs<T> {
    tags.iter()
        .fold(needs, |needs, tag| needs.fact(&format!("aws:RequestTag/{}", tag.key), tag.value.as_str()))
        .list("aws:TagKeys", tags.iter().map(|tag| &tag.key))
}

/// A lab has no MFA devices, so a code is always wrong.
///
/// # Errors
/// [`Fault::AccessDenied`] when the request brings one.
pub(crate) fn no_mfa(serial: Option<&str>, code: Option<&str>) -> Result<(), Fault> {
    if serial.is_none() && code.is_none() {
        return Ok(());
    }
    let message = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial \
                   number is valid and associated with this user."
        .into();
    Err(Fault::AccessDenied { message })
}
