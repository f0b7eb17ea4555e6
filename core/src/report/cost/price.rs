//! The price list. Source: kms.md, section 18: AWS's pricing page, as restated in March and June 2026, for the commercial
//! Regions. China and GovCloud have prices of their own, which are not here.

/// The month of the list.
pub const PRICES_AS_OF: &str = "2026-06";

/// The price of one thing.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Price {
    /// Its name.
    pub item: &'static str,
    /// The same in words.
    pub title: &'static str,
    /// The price of `per` of them, in US dollars.
    pub dollars: f64,
    /// The number that the price is for.
    pub per: u32,
    /// How many are free for an account in a month, in all Regions together.
    pub free_per_month: u32,
}

const fn price(item: &'static str, title: &'static str, dollars: f64, per: u32, free_per_month: u32) -> Price {
    Price { item, title, dollars, per, free_per_month }
}

/// All prices. A key's is for a month, by the hour; that of a rotation is for each month after it, for the first two.
/// That asymmetric requests and data key pairs are not in the free tier is partly unconfirmed.
pub static PRICES: &[Price] = &[
    price("keys", "keys, a month", 1.00, 1, 0),
    price("rotations", "first and second rotations, a month", 1.00, 1, 0),
    price("requests", "symmetric and other requests", 0.03, 10_000, 20_000),
    price("requests_rsa_2048", "requests with RSA_2048 keys", 0.03, 10_000, 0),
    price("requests_asymmetric", "requests with other asymmetric keys", 0.15, 10_000, 0),
    price("data_key_pairs_ecc", "data key pairs, ECC", 0.10, 10_000, 0),
    price("data_key_pairs_rsa", "data key pairs, RSA", 12.00, 10_000, 0),
];

/// The price that a request has: `spec` is that of its key, `pair` that of the data key pair it asks for.
pub(super) fn of_request(operation: &str, spec: Option<&str>, pair: Option<&str>) -> &'static str {
    if operation.starts_with("GenerateDataKeyPair") {
        // SM2 and ML-KEM are priced as ECC (unconfirmed).
        return if pair.is_some_and(|pair| pair.starts_with("RSA_")) {
            "data_key_pairs_rsa"
        } else {
            "data_key_pairs_ecc"
        };
    }
    if !ASYMMETRIC.contains(&operation) {
        return "requests";
    }
    match spec {
        Some("RSA_2048") => "requests_rsa_2048",
        Some(spec) if spec != "SYMMETRIC_DEFAULT" && !spec.starts_with("HMAC_") => "requests_asymmetric",
        _ => "requests",
    }
}

/// The operations that use a key pair; what manages one is a request as any other (unconfirmed).
const ASYMMETRIC: &[&str] = &[
    "Decapsulate",
    "Decrypt",
    "DeriveSharedSecret",
    "Encapsulate",
    "Encrypt",
    "GetPublicKey",
    "ReEncrypt",
    "Sign",
    "Verify",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_priced_by_operation_and_key() {
        let cases = [
            ("Encrypt", Some("SYMMETRIC_DEFAULT"), None, "requests"),
            ("Encrypt", Some("RSA_2048"), None, "requests_rsa_2048"),
            ("Decrypt", Some("RSA_4096"), None, "requests_asymmetric"),
            ("Sign", Some("ECC_NIST_P256"), None, "requests_asymmetric"),
            ("Sign", Some("ML_DSA_44"), None, "requests_asymmetric"),
            ("GenerateMac", Some("HMAC_256"), None, "requests"),
            ("DescribeKey", Some("RSA_4096"), None, "requests"),
            ("GetPublicKey", Some("RSA_2048"), None, "requests_rsa_2048"),
            ("ListKeys", None, None, "requests"),
            ("GenerateDataKeyPair", Some("SYMMETRIC_DEFAULT"), Some("RSA_2048"), "data_key_pairs_rsa"),
            ("GenerateDataKeyPairWithoutPlaintext", None, Some("ECC_NIST_P384"), "data_key_pairs_ecc"),
        ];
        for (operation, spec, pair, want) in cases {
            assert_eq!(of_request(operation, spec, pair), want, "{operation} {spec:?} {pair:?}");
        }
    }
}
