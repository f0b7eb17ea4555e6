//! `CreateGrant`: lets a principal use a key, beside the key policy.
//! Source: KMS API Reference, `CreateGrant`; kms.md, section 16.

use super::encryption::{self, Tokens};
use super::grants::{self, GrantConstraints};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{Constraints, Demand, GrantId, Party, Terms, absent};
use crate::world::{Needs, Permit};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

view! {
    in Input {
        key_id: String = "KeyId",
        grantee_principal: Option<String> = "GranteePrincipal",
        retiring_principal: Option<String> = "RetiringPrincipal",
        operations: Vec<String> = "Operations",
        constraints: Option<GrantConstraints> = "Constraints",
        grant_tokens: Tokens = "GrantTokens",
        name: Option<String> = "Name",
        dry_run: bool = "DryRun",
        grantee_service: Option<String> = "GranteeServicePrincipal",
        retiring_service: Option<String> = "RetiringServicePrincipal",
    }
    out Output { grant_token: String = "GrantToken", grant_id: String = "GrantId" }
}

impl Input {
    fn constraints(&self) -> Result<Constraints, Fault> {
        self.constraints.clone().map_or_else(|| Ok(Constraints::default()), GrantConstraints::parse)
    }

    /// Grantee and who may retire the grant.
    fn parties(&self, call: &Call<'_>) -> Result<(Party, Option<Party>), Fault> {
        let [grantee, service] = [&self.grantee_principal, &self.grantee_service].map(Option::as_deref);
        let grantee = grants::party(grantee, service, "Grantee", call)?;
        let [retiree, service] = [&self.retiring_principal, &self.retiring_service].map(Option::as_deref);
        let retiree = grants::party(retiree, service, "Retiring", call)?;
        // The sentences are ours.
        let refused = |message: &str| Err(Fault::Validation { message: message.into() });
        let Some(grantee) = grantee else {
            return refused("Specify either GranteePrincipal or GranteeServicePrincipal.");
        };
        let sourced = self.constraints.as_ref().is_some_and(|constraints| constraints.source_arn.is_some());
        if grantee.service().is_some() && (!sourced || retiree.is_none()) {
            return refused("A GranteeServicePrincipal needs a SourceArn constraint and a retiring principal.");
        }
        Ok((grantee, retiree))
    }
}

/// The row of `CreateGrant`.
#[derive(Debug)]
pub(super) struct CreateGrant;

impl Operation for CreateGrant {
    const NAME: &'static str = "CreateGrant";
    const QUOTA: Quota = Quota::Own(50);
    const AUDIT: Audit = Audit::WRITE.hiding(&["GrantTokens"]).hiding_output(&["GrantToken"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        // Measured in us-east-1, 2026.
        if !input.operations.is_empty() && input.operations.iter().all(|operation| operation == Self::NAME) {
            let message = "Grants must not contain only the CreateGrant operation.";
            return Err(Fault::Validation { message: message.into() });
        }
        let constraints = input.constraints()?;
        input.parties(call)?;
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        let mut needs = found.needs("kms:CreateGrant").list("kms:GrantOperations", &input.operations);
        let given = [
            ("kms:GranteePrincipal", &input.grantee_principal),
            ("kms:RetiringPrincipal", &input.retiring_principal),
            ("kms:GranteeServicePrincipal", &input.grantee_service),
            ("kms:RetiringServicePrincipal", &input.retiring_service),
            ("kms:GrantConstraintSourceArn", &constraints.source_arn),
        ];
        for (key, value) in given {
            if let Some(value) = value {
                needs = needs.fact(key, value.as_str());
            }
        }
        Ok(grants::constraint_facts(needs, &constraints))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let record = call.world.keys.find(&key, now).ok_or_else(|| absent(&key))?;
        record.state(now).ok_or_else(|| absent(&key))?.admits(Demand::Grant, &key)?;
        let constraints = input.constraints()?;
        grants::fit(&constraints, record.spec)?;
        let (grantee, retiree) = input.parties(call)?;
        let Input { operations, name, dry_run, .. } = input;
        let terms = Terms { grantee, retiree, operations, constraints, name, issuer: call.account() };
        let id = GrantId(call.random()?);
        let id = call.world.keys.create_grant(&key, id, terms, now)?;
        if dry_run {
            // What has been written is undone.
            return Err(Fault::DryRun);
        }
        let nonce = call.random()?;
        let grant_token = call.world.keys.grant_token(&key, id, nonce)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(Output { grant_token, grant_id: id.to_string() })
    }
}
