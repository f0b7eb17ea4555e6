//! Each operation of KMS on each kind of key it is for, from body to answer, without a face: calls a second, told on
//! standard error, and rows of the table.
//!
//! `-- NAME` measures the operations and specs whose line has that in it.

use kmslab::lab::{Lab, LocalCall, Request};
use kmslab_benches::{NoChance, Standing, measured, row};
use serde_json::{Value, json};

/// Two labs, for some specs are those of China alone, some of all other Regions, and no account is in both.
struct Bench {
    home: Lab,
    china: Lab,
    only: Option<String>,
}

const HOME: &str = "us-east-1";
const CHINA: &str = "cn-north-1";
const TEXT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The specs that sign, with their algorithm, and the Region.
const SIGN: [(&str, &str, &str); 12] = [
    ("RSA_2048", "RSASSA_PSS_SHA_256", HOME),
    ("RSA_3072", "RSASSA_PSS_SHA_384", HOME),
    ("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_512", HOME),
    ("ECC_NIST_P256", "ECDSA_SHA_256", HOME),
    ("ECC_NIST_P384", "ECDSA_SHA_384", HOME),
    ("ECC_NIST_P521", "ECDSA_SHA_512", HOME),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256", HOME),
    ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", HOME),
    ("ML_DSA_44", "ML_DSA_SHAKE_256", HOME),
    ("ML_DSA_65", "ML_DSA_SHAKE_256", HOME),
    ("ML_DSA_87", "ML_DSA_SHAKE_256", HOME),
    ("SM2", "SM2DSA", CHINA),
];
const MAC: [(&str, &str); 4] = [
    ("HMAC_224", "HMAC_SHA_224"),
    ("HMAC_256", "HMAC_SHA_256"),
    ("HMAC_384", "HMAC_SHA_384"),
    ("HMAC_512", "HMAC_SHA_512"),
];
const ENCRYPT: [(&str, &str, &str); 4] = [
    ("RSA_2048", "RSAES_OAEP_SHA_256", HOME),
    ("RSA_3072", "RSAES_OAEP_SHA_256", HOME),
    ("RSA_4096", "RSAES_OAEP_SHA_256", HOME),
    ("SM2", "SM2PKE", CHINA),
];
const AGREE: [&str; 3] = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"];
const ENCAPSULATE: [&str; 3] = ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"];

impl Bench {
    fn lab(&mut self, region: &str) -> &mut Lab {
        if region == CHINA { &mut self.china } else { &mut self.home }
    }

    fn call(&mut self, region: &str, operation: &str, body: &Value) -> LocalCall {
        let headers = vec![
            ("X-Amz-Target".into(), format!("TrentService.{operation}")),
            ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ];
        let body = body.to_string().into_bytes();
        let request = Request { method: "POST".into(), target: "/".into(), headers, body, peer: None };
        LocalCall { region: region.into(), credentials: self.lab(region).credentials(), request }
    }

    /// One call, whose answer is needed.
    fn ask(&mut self, region: &str, operation: &str, body: Value) -> Value {
        let call = self.call(region, operation, &body);
        let answer = self.lab(region).handle_local(&call);
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 200, "{operation} {body}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn key(&mut self, region: &str, spec: &str, usage: &str) -> String {
        let made = self.ask(region, "CreateKey", json!({"KeySpec": spec, "KeyUsage": usage}));
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    fn measure(&mut self, region: &str, operation: &str, spec: &str, body: Value) {
        let what = format!("core {operation}, {spec}").trim_end_matches([',', ' ']).to_owned();
        if self.only.as_ref().is_some_and(|only| !what.contains(only.as_str())) {
            return;
        }
        let call = self.call(region, operation, &body);
        let lab = self.lab(region);
        let answer = lab.handle_local(&call);
        assert_eq!(answer.status, 200, "{operation} {body}: {}", String::from_utf8_lossy(&answer.body));
        let took = measured(|| lab.handle_local(&call));
        eprintln!("{what}: {:.0} calls a second", 1e9 / took);
        row(&what, took, None, None);
    }

    fn symmetric(&mut self) {
        let spec = "SYMMETRIC_DEFAULT";
        let key = self.key(HOME, spec, "ENCRYPT_DECRYPT");
        let sealed = self.ask(HOME, "Encrypt", json!({"KeyId": key, "Plaintext": TEXT}))["CiphertextBlob"].clone();
        self.measure(HOME, "CreateKey", spec, json!({}));
        self.measure(HOME, "DescribeKey", spec, json!({"KeyId": key}));
        self.measure(HOME, "Encrypt", spec, json!({"KeyId": key, "Plaintext": TEXT}));
        self.measure(HOME, "Decrypt", spec, json!({"CiphertextBlob": sealed}));
        self.measure(HOME, "ReEncrypt", spec, json!({"CiphertextBlob": sealed, "DestinationKeyId": key}));
        self.measure(HOME, "GenerateDataKey", spec, json!({"KeyId": key, "KeySpec": "AES_256"}));
        self.measure(HOME, "GenerateDataKeyWithoutPlaintext", spec, json!({"KeyId": key, "KeySpec": "AES_256"}));
        for pair in ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"] {
            self.measure(HOME, "GenerateDataKeyPair", pair, json!({"KeyId": key, "KeyPairSpec": pair}));
        }
        self.measure(HOME, "GenerateRandom", "", json!({"NumberOfBytes": 32}));
    }

    fn signatures(&mut self) {
        for (spec, algorithm, region) in SIGN {
            let key = self.key(region, spec, "SIGN_VERIFY");
            let mut body = json!({"KeyId": key, "Message": TEXT, "SigningAlgorithm": algorithm});
            let signature = self.ask(region, "Sign", body.clone())["Signature"].clone();
            self.measure(region, "Sign", spec, body.clone());
            body["Signature"] = signature;
            self.measure(region, "Verify", spec, body);
        }
        for (spec, algorithm) in MAC {
            let key = self.key(HOME, spec, "GENERATE_VERIFY_MAC");
            let mut body = json!({"KeyId": key, "Message": TEXT, "MacAlgorithm": algorithm});
            let mac = self.ask(HOME, "GenerateMac", body.clone())["Mac"].clone();
            self.measure(HOME, "GenerateMac", spec, body.clone());
            body["Mac"] = mac;
            self.measure(HOME, "VerifyMac", spec, body);
        }
    }

    fn secrets(&mut self) {
        for (spec, algorithm, region) in ENCRYPT {
            let key = self.key(region, spec, "ENCRYPT_DECRYPT");
            let body = json!({"KeyId": key, "Plaintext": TEXT, "EncryptionAlgorithm": algorithm});
            let sealed = self.ask(region, "Encrypt", body.clone())["CiphertextBlob"].clone();
            self.measure(region, "Encrypt", spec, body);
            let body = json!({"KeyId": key, "CiphertextBlob": sealed, "EncryptionAlgorithm": algorithm});
            self.measure(region, "Decrypt", spec, body);
        }
        for spec in AGREE {
            let [key, peer] = [(); 2].map(|()| self.key(HOME, spec, "KEY_AGREEMENT"));
            let public = self.ask(HOME, "GetPublicKey", json!({"KeyId": peer}))["PublicKey"].clone();
            self.measure(HOME, "GetPublicKey", spec, json!({"KeyId": peer}));
            let body = json!({"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public});
            self.measure(HOME, "DeriveSharedSecret", spec, body);
        }
        for spec in ENCAPSULATE {
            let key = self.key(HOME, spec, "ENCAPSULATE_DECAPSULATE");
            let mut body = json!({"KeyId": key, "EncapsulationAlgorithm": "ML_KEM"});
            let sealed = self.ask(HOME, "Encapsulate", body.clone())["SharedSecretCiphertextBlob"].clone();
            self.measure(HOME, "Encapsulate", spec, body.clone());
            body["SharedSecretCiphertextBlob"] = sealed;
            self.measure(HOME, "Decapsulate", spec, body);
        }
    }
}

fn main() {
    let [home, china] = [HOME, CHINA].map(|region| {
        let builder = Lab::builder(Box::new(Standing), Box::new(NoChance)).region(region.parse().unwrap());
        builder.seed(1).build().unwrap()
    });
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-') && word.parse::<f64>().is_err());
    let mut bench = Bench { home, china, only };
    bench.symmetric();
    bench.signatures();
    bench.secrets();
}
