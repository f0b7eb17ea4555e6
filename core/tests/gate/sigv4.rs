//! Signature Version 4 against other people's signers (`tests/cases/sigv4.json`), AWS's published example, and every
//! refusal of authorization.md 8.4.

#![expect(clippy::unwrap_used, reason = "a case that cannot be read has to fail")]
#![expect(clippy::indexing_slicing, reason = "a case without its members has to fail")]

use kmslab::base::{Dialect, Fault, Secret, Timestamp};
use kmslab::wire::{Request, sigv4};
use serde_json::Value;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn secret() -> Secret {
    Secret::new(SECRET.into())
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request {
        method: method.into(),
        target: target.into(),
        headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        body: body.into(),
        peer: None,
    }
}

/// What the gateway asks, in its order.
fn verified<'a>(request: &'a Request, service: &str, wall: &str) -> Result<sigv4::Presented<'a>, Fault> {
    let dialect = if service == "kms" { Dialect::Json } else { Dialect::Query };
    let presented = sigv4::read(request, service, dialect)?;
    presented.fresh(Timestamp::from_basic(wall).unwrap())?;
    presented.verify(&secret())?;
    Ok(presented)
}

#[test]
fn awss_published_example_verifies() {
    // IAM User Guide, "Create a signed AWS API request" (formerly AWS General Reference): ListUsers.
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date, \
        Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    let headers = [
        ("Authorization", authorization),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("host", "iam.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
    ];
    let request = request("GET", "/?Action=ListUsers&Version=2010-05-08", &headers, "");
    assert!(verified(&request, "iam", "20150830T123600Z").is_ok());
}

/// The cases of the file, as requests.
fn cases() -> Vec<(String, Value, Request)> {
    let text = include_str!("../../../tests/cases/sigv4.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    let parsed = cases.into_iter().map(|case| {
        let name = format!("{}: {}", case["signer"], case["name"]);
        let given = &case["request"];
        let headers = given["headers"].as_array().unwrap().iter();
        let headers: Vec<(&str, &str)> =
            headers.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect();
        let text = |name: &str| given[name].as_str().unwrap();
        let request = request(text("method"), text("target"), &headers, text("body"));
        (name, case, request)
    });
    parsed.collect()
}

#[test]
fn other_peoples_signatures_verify() {
    let cases = cases();
    assert!(cases.len() >= 18);
    for (name, case, request) in cases {
        let service = case["service"].as_str().unwrap();
        let presented =
            verified(&request, service, "20260102T030405Z").unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(presented.access_key_id, "AKIDEXAMPLE", "{name}");
        assert_eq!(presented.region, "us-west-2", "{name}");
        assert_eq!(presented.presigned, case["presigned"].as_bool().unwrap(), "{name}");
        assert_eq!(presented.session_token.as_deref(), case["token"].as_str(), "{name}");
        assert!(!format!("{presented:?}").contains("Signature"), "{name}");
    }
}

#[test]
fn whatever_is_signed_cannot_be_changed() {
    for (name, case, request) in cases() {
        let service = case["service"].as_str().unwrap();
        let refused = |changed: Request, what: &str| {
            let fault = verified(&changed, service, "20260102T030405Z").expect_err(&format!("{name}: {what}"));
            assert_eq!(fault, Fault::SignatureMismatch, "{name}: {what}");
        };
        let change = |make: &dyn Fn(&mut Request)| {
            let mut changed = request.clone();
            make(&mut changed);
            changed
        };
        refused(change(&|it| it.method = "PUT".into()), "method");
        refused(change(&|it| it.target.push_str(if it.target.contains('?') { "&x=" } else { "?x=" })), "query");
        refused(change(&|it| it.target.insert(1, 'x')), "path");
        refused(change(&|it| it.headers[0].1.push('x')), "host");
        if !case["presigned"].as_bool().unwrap() || !request.body.is_empty() {
            refused(change(&|it| it.body.push(b' ')), "body");
        }
        let signed = request.headers.iter().filter(|(name, _)| {
            ["content-type", "x-amz-target", "x-amz-security-token", "x-k8s-aws-id"]
                .contains(&name.to_lowercase().as_str())
        });
        for (header, _) in signed {
            let add = (header.clone(), String::from("x"));
            refused(change(&|it| it.headers.push(add.clone())), header);
            refused(change(&|it| it.headers.retain(|(name, _)| name != header)), header);
        }
        assert_eq!(
            sigv4::read(&request, service, Dialect::Json).unwrap().verify(&Secret::new(b"other".to_vec())),
            Err(Fault::SignatureMismatch)
        );
    }
}

/// A request signed by us, to be spoiled.
fn signed() -> Request {
    let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "TrentService.Encrypt")];
    let mut request = request("POST", "/", &headers, "{}");
    let secret = secret();
    let now = Timestamp::from_basic("20260102T030405Z").unwrap();
    let with = sigv4::Signing {
        access_key_id: "AKIDEXAMPLE",
        secret: &secret,
        session_token: None,
        region: "us-west-2",
        service: "kms",
        now,
    };
    sigv4::sign(&mut request, &with);
    request
}

/// [`signed`], with `from` replaced by `to` in the Authorization header.
fn spoiled(from: &str, to: &str) -> Request {
    let mut request = signed();
    let header = request.headers.iter_mut().find(|(name, _)| name == "Authorization").unwrap();
    assert!(header.1.contains(from), "{from}");
    header.1 = header.1.replace(from, to);
    request
}

#[test]
fn our_own_signature_is_botocores() {
    let (_, _, botocore) = cases().swap_remove(10);
    let mut own = botocore.clone();
    let secret = secret();
    let now = Timestamp::from_basic("20260102T030405Z").unwrap();
    let with = sigv4::Signing {
        access_key_id: "AKIDEXAMPLE",
        secret: &secret,
        session_token: None,
        region: "us-west-2",
        service: "kms",
        now,
    };
    sigv4::sign(&mut own, &with);
    assert_eq!(own.header("authorization"), botocore.header("authorization"));
}

#[test]
fn refusals_are_awss() {
    let now = "20260102T030405Z";
    let dated = |value: &str| {
        let mut request = signed();
        request.headers.retain(|(name, _)| name != "X-Amz-Date");
        if !value.is_empty() {
            request.headers.push(("Date".into(), value.into()));
        }
        request
    };
    let presigned = |query: &str| request("GET", &format!("/?{query}"), &[("Host", "localhost")], "");
    let with_host = |host: &str| {
        let mut request = signed();
        request.headers.iter_mut().find(|(name, _)| name == "Host").unwrap().1 = host.into();
        request
    };
    let scope = "AKIDEXAMPLE/20260102/us-west-2/kms/aws4_request";
    let header = signed().header("authorization").unwrap().to_string();
    let both = {
        let mut request = signed();
        request.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256".into();
        request
    };
    let full = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Fkms%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
    let (incomplete, invalid) = ("IncompleteSignatureException", "InvalidSignatureException");
    let cases: Vec<(Request, &str, &str, String)> = vec![
        (request("POST", "/", &[], ""), now, "MissingAuthenticationTokenException", "Missing Authentication Token".into()),
        (request("POST", "/", &[("Authorization", "Bearer x")], ""), now, "MissingAuthenticationTokenException", "Missing Authentication Token".into()),
        (both, now, invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.".into()),
        (
            request("POST", "/", &[("Authorization", "AWS4-HMAC-SHA256 ")], ""), now, incomplete,
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256".into(),
        ),
        (spoiled("Signature=", "Sig="), now, incomplete, format!("Authorization header requires 'Signature' parameter. Authorization={}", header.replace("Signature=", "Sig="))),
        (dated(""), now, incomplete, format!("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization={header}")),
        (dated("Fri, 02 Jan 2026 03:04:05 GMT"), now, incomplete, "Date must be in ISO-8601 'basic format'. Got 'Fri, 02 Jan 2026 03:04:05 GMT'. See http://en.wikipedia.org/wiki/ISO_8601".into()),
        (signed(), "20260102T030906Z", invalid, "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)".into()),
        (signed(), "20260102T025904Z", invalid, "Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T025904Z + 5 min.)".into()),
        (spoiled("host;", ""), now, invalid, "'Host' must be a 'SignedHeader' in the AWS Authorization.".into()),
        (spoiled("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA25"), now, incomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ".into()),
        (spoiled(scope, "a/b/c/d"), now, incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'".into()),
        (
            spoiled(scope, "AKIDEXAMPLE/b/c/d/e"), now, invalid,
            "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: 'kms'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20260102', from '20260102T030405Z'.".into(),
        ),
        (spoiled("us-west-2", "eu-west-1"), now, invalid, "Credential should be scoped to a valid region, not 'eu-west-1'. ".into()),
        (with_host("kms.us-east-1.amazonaws.com:443"), now, invalid, "Credential should be scoped to a valid region, not 'us-west-2'. ".into()),
        (spoiled("/kms/", "/sts/"), now, invalid, "Credential should be scoped to correct service: 'kms'. ".into()),
        (spoiled("Signature=", "Signature=0"), now, invalid, Fault::SignatureMismatch.to_string()),
        (with_host("localhost"), now, invalid, Fault::SignatureMismatch.to_string()),
        (
            presigned("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature="), now, incomplete,
            "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.".into(),
        ),
        (presigned(&format!("{full}&X-Amz-Expires=604801")), now, incomplete, "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds".into()),
        (presigned(&format!("{full}&X-Amz-Expires=-1")), now, incomplete, "X-Amz-Expires must be non-negative".into()),
        (presigned(&format!("{full}&X-Amz-Expires=x")), now, incomplete, "X-Amz-Expires should be a number".into()),
        (presigned(&format!("{full}&X-Amz-Expires=60")), "20260102T030506Z", invalid, "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030506Z - 1 min.)".into()),
        (presigned(&format!("{full}&X-Amz-Expires=900")), "20260102T031905Z", invalid, Fault::SignatureMismatch.to_string()),
    ];
    for (request, wall, code, sentence) in cases {
        let fault = verified(&request, "kms", wall).expect_err(&sentence);
        assert_eq!((fault.code(Dialect::Json), fault.to_string()), (code, sentence));
    }
    for wall in ["20260102T030905Z", "20260102T025905Z"] {
        assert!(verified(&signed(), "kms", wall).is_ok(), "{wall}");
    }
}

#[test]
fn the_stated_hash_must_be_the_bodys() {
    let sign = |hash: &str| {
        let mut request = request("POST", "/", &[("X-Amz-Content-Sha256", hash), ("Host", "localhost")], "{}");
        let secret = secret();
        let now = Timestamp::from_basic("20260102T030405Z").unwrap();
        let with = sigv4::Signing {
            access_key_id: "A",
            secret: &secret,
            session_token: None,
            region: "us-west-2",
            service: "kms",
            now,
        };
        sigv4::sign(&mut request, &with);
        verified(&request, "kms", "20260102T030405Z").map(|presented| presented.access_key_id.into_owned())
    };
    assert!(sign("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a").is_ok());
    assert!(sign("UNSIGNED-PAYLOAD").is_ok());
    for other in
        ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", ""]
    {
        assert_eq!(sign(other), Err(Fault::SignatureMismatch), "{other}");
    }
}
