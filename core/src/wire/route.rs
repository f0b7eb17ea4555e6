//! Which service and which operation a request names.

use super::model::{self, OperationModel, SERVICES, ServiceModel};
use super::{Request, query};
use crate::base::Fault;
use alloc::{format, string::String};

/// A request that names no operation that kmslab could serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrouted {
    /// The service, as far as it could be told: it decides how the fault is written.
    pub service: Option<&'static ServiceModel>,
    /// What to answer.
    pub fault: Fault,
}

/// Finds the service and the operation that `request` names: awsJson by `X-Amz-Target`, query by `Action`.
///
/// # Errors
/// [`Unrouted`] with `UnknownOperationException`, `InvalidAction`, or that kmslab does not serve this at all.
pub fn route(request: &Request) -> Result<(&'static ServiceModel, &'static OperationModel), Unrouted> {
    match request.header("x-amz-target") {
        Some(target) => by_target(request, target),
        None => by_action(request),
    }
}

fn by_target(request: &Request, target: &str) -> Result<(&'static ServiceModel, &'static OperationModel), Unrouted> {
    let (prefix, name) = target.split_once('.').unwrap_or((target, ""));
    let Some(service) = SERVICES.iter().find(|service| service.target_prefix == prefix && !prefix.is_empty()) else {
        return Err(Unrouted { service: None, fault: Fault::UnknownService { service: prefix.into() } });
    };
    // awsJson 1.0 is accepted, too: it differs in nothing that KMS uses.
    let media = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let json = ["", "application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/json"]
        .iter()
        .any(|accepted| media.eq_ignore_ascii_case(accepted));
    if !json || request.method != "POST" {
        return Err(Unrouted { service: Some(service), fault: Fault::UnknownOperation });
    }
    found(service, name, Fault::UnknownOperation)
}

fn by_action(request: &Request) -> Result<(&'static ServiceModel, &'static OperationModel), Unrouted> {
    let (mut action, mut version) = (None, None);
    // A body that is no form has no action; decoding says what is wrong with one that is almost a form.
    let form = core::str::from_utf8(&request.body).unwrap_or_default();
    for (name, value) in query::parameters(request.query()).chain(query::parameters(form)) {
        match &*name {
            "Action" => action = Some(value.into_owned()),
            "Version" => version = Some(value.into_owned()),
            _ => {}
        }
    }
    let scope = scope_service(request);
    let signed =
        SERVICES.iter().find(|service| Some(service.name) == scope.as_deref() && !service.namespace.is_empty());
    let service = match &version {
        Some(version) => SERVICES.iter().find(|service| service.version == version && !service.namespace.is_empty()),
        // AWS needs no version; the host, which the scope repeats, tells the service.
        None => signed,
    };
    match (service, action) {
        (Some(service), Some(action)) => {
            let version = String::from(service.version);
            found(service, &action.clone(), Fault::InvalidAction { action, version })
        }
        (_, action) => {
            let fault = match (signed, action) {
                (Some(_), Some(action)) => Fault::InvalidAction { action, version: version.unwrap_or_default() },
                (_, action) => Fault::UnknownService {
                    service: scope.or(action).unwrap_or_else(|| format!("{} {}", request.method, request.path())),
                },
            };
            Err(Unrouted { service: Some(signed.unwrap_or(&&model::FRONT)), fault })
        }
    }
}

/// The operation `name` of `service`, or `unknown`.
fn found(
    service: &'static ServiceModel,
    name: &str,
    unknown: Fault,
) -> Result<(&'static ServiceModel, &'static OperationModel), Unrouted> {
    // Those that kmslab does not have yet take the same way, up to where they are refused.
    match service.operation(name).or_else(|| service.other(name)) {
        Some(operation) => Ok((service, operation)),
        None => Err(Unrouted { service: Some(service), fault: unknown }),
    }
}

/// The service of the credential scope, wherever the signature stands.
fn scope_service(request: &Request) -> Option<String> {
    let credential = match request.header("authorization").and_then(|header| header.split_once("Credential=")) {
        Some((_, rest)) => rest.split([',', ' ']).next()?.into(),
        None => query::parameters(request.query()).find(|(name, _)| name == "X-Amz-Credential")?.1.into_owned(),
    };
    // keyid/date/region/service/aws4_request
    credential.split('/').nth(3).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dialect;
    use alloc::{string::ToString, vec::Vec};

    fn asked(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
        let request = Request {
            method: method.into(),
            target: target.into(),
            headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect::<Vec<_>>(),
            body: body.into(),
            peer: None,
        };
        match route(&request) {
            Ok((service, operation)) => format!("{} {}", service.name, operation.name),
            Err(Unrouted { service, fault }) => {
                let dialect = service.map_or(Dialect::Json, |service| service.dialect);
                format!("{} {}: {fault}", service.map_or("-", |service| service.name), fault.code(dialect))
            }
        }
    }

    #[test]
    fn requests_find_their_operation() {
        let target = |name| [("x-amz-target", name)];
        let form = |body| asked("POST", "/", &[("Content-Type", "application/x-www-form-urlencoded")], body);
        let scope = [(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
        )];
        let sqs = [(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
        )];
        let cases = [
            (asked("POST", "/", &target("TrentService.Encrypt"), "{}"), "kms Encrypt"),
            (
                asked(
                    "POST",
                    "/",
                    &[
                        ("X-AMZ-TARGET", "TrentService.Encrypt"),
                        ("content-type", "application/x-amz-json-1.0; charset=x"),
                    ],
                    "",
                ),
                "kms Encrypt",
            ),
            (asked("POST", "/", &target("TrentService.Nope"), "{}"), "kms UnknownOperationException: "),
            (asked("POST", "/", &target("TrentService"), "{}"), "kms UnknownOperationException: "),
            (asked("GET", "/", &target("TrentService.Encrypt"), ""), "kms UnknownOperationException: "),
            (
                asked("POST", "/", &[("X-Amz-Target", "TrentService.Encrypt"), ("Content-Type", "text/plain")], ""),
                "kms UnknownOperationException: ",
            ),
            (
                asked("POST", "/", &target("DynamoDB_20120810.GetItem"), ""),
                "- UnknownOperationException: kmslab does not serve this request: DynamoDB_20120810. It serves KMS, IAM and STS.",
            ),
            (
                asked("POST", "/", &target(".Encrypt"), ""),
                "- UnknownOperationException: kmslab does not serve this request: . It serves KMS, IAM and STS.",
            ),
            (form("Action=GetCallerIdentity&Version=2011-06-15"), "sts GetCallerIdentity"),
            (form("Version=2010-05-08&Action=CreateUser"), "iam CreateUser"),
            (asked("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", &[], ""), "sts GetCallerIdentity"),
            (asked("GET", "/?Action=GetCallerIdentity", &scope, ""), "sts GetCallerIdentity"),
            (
                form("Action=Nope&Version=2011-06-15"),
                "sts InvalidAction: Could not find operation Nope for version 2011-06-15",
            ),
            (form("Action=CreateSAMLProvider&Version=2010-05-08"), "iam CreateSAMLProvider"),
            (
                asked("GET", "/?Action=GetCallerIdentity&Version=2000-01-01", &scope, ""),
                "sts InvalidAction: Could not find operation GetCallerIdentity for version 2000-01-01",
            ),
            (
                asked("POST", "/", &sqs, "Action=SendMessage&Version=2012-11-05"),
                " InvalidAction: kmslab does not serve this request: sqs. It serves KMS, IAM and STS.",
            ),
            (
                asked("PUT", "/bucket/key", &[], "\u{0}"),
                " InvalidAction: kmslab does not serve this request: PUT /bucket/key. It serves KMS, IAM and STS.",
            ),
        ];
        for (got, want) in cases {
            assert_eq!(got, want);
        }
    }
}
