//! What one provider makes, the other takes, both ways; and what AWS-LC is to do, it does.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use kmslab::base::{Entropy, NoEntropy, Secret};
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, Message, PairSpec, PrivateKey, PublicKey, Refusal, Signing};
use kmslab::crypto::provider::{BadKey, Provider, RUST_CRYPTO};
use kmslab_native::PROVIDER;
use std::sync::Mutex;

/// Not chance, and no short cycle either (xorshift).
#[derive(Debug)]
struct Dice(u64);

impl Entropy for Dice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

fn dice() -> Dice {
    Dice(0x9e37_79b9_7f4a_7c15)
}

/// The specs that AWS-LC has, with what they sign by.
fn specs() -> Vec<(PairSpec, Vec<Signing>)> {
    let hashes = [Hash::Sha256, Hash::Sha384, Hash::Sha512];
    let rsa: Vec<_> = hashes.into_iter().flat_map(|hash| [Signing::Pss(hash), Signing::Pkcs1(hash)]).collect();
    vec![
        (PairSpec::Rsa2048, rsa.clone()),
        (PairSpec::Rsa3072, rsa.clone()),
        (PairSpec::Rsa4096, rsa),
        (PairSpec::P256, vec![Signing::Ecdsa(Hash::Sha256)]),
        (PairSpec::P384, vec![Signing::Ecdsa(Hash::Sha384)]),
        (PairSpec::P521, vec![Signing::Ecdsa(Hash::Sha512)]),
    ]
}

/// The same key by the core and by AWS-LC. To find large primes takes long in a debug build: each is made once.
fn both(spec: PairSpec) -> (PrivateKey, PrivateKey) {
    static MADE: Mutex<Vec<(PairSpec, Secret)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    if !made.iter().any(|(known, _)| *known == spec) {
        let key = PrivateKey::generate(spec, &mut dice()).unwrap();
        made.push((spec, key.to_pkcs8().unwrap()));
    }
    let (_, der) = made.iter().find(|(known, _)| *known == spec).unwrap();
    let native = PrivateKey::from_pkcs8_with(PROVIDER.pairs, false, spec, der.expose()).unwrap();
    (PrivateKey::from_pkcs8(spec, der.expose()).unwrap(), native)
}

#[test]
fn signatures_verify_both_ways() {
    for (spec, algorithms) in specs() {
        let (own, native) = both(spec);
        for by in algorithms {
            let (message, chance) = (Message::Whole(b"message"), &mut dice());
            for signer in [&own, &native] {
                let signature = signer.sign(by, message, chance).unwrap();
                let mut turned = signature.clone();
                turned[signature.len() / 2] ^= 1;
                for verifier in [&own, &native] {
                    assert_eq!(verifier.public().verify(by, message, &signature), Ok(()), "{spec:?} {by:?}");
                    let other = verifier.public().verify(by, Message::Whole(b"massage"), &signature);
                    assert_eq!(other, Err(Refusal::BadSignature), "{spec:?} {by:?}");
                    let other = verifier.public().verify(by, message, &turned);
                    assert_eq!(other, Err(Refusal::BadSignature), "{spec:?} {by:?}");
                }
            }
            if matches!(by, Signing::Pkcs1(_)) {
                let made = |key: &PrivateKey| key.sign(by, message, &mut dice()).unwrap();
                assert_eq!(made(&own), made(&native), "{spec:?} {by:?}");
            }
        }
    }
}

#[test]
fn what_aws_lc_has_is_left_to_it_and_nothing_else() {
    for spec in PairSpec::ALL {
        let known = specs().into_iter().find(|(known, _)| known == spec);
        let Some((_, algorithms)) = known else {
            assert!(PROVIDER.pairs.private(*spec, b"").is_none(), "{spec:?}");
            assert!(PROVIDER.pairs.public(*spec, b"").is_none(), "{spec:?}");
            continue;
        };
        let (own, _) = both(*spec);
        let (der, spki) = (own.to_pkcs8().unwrap(), own.public().to_spki().unwrap());
        let (private, public) =
            (PROVIDER.pairs.private(*spec, der.expose()).unwrap(), PROVIDER.pairs.public(*spec, &spki).unwrap());
        for by in &algorithms {
            let digest = vec![7; by.hash().unwrap().size()];
            let signature = private.sign(*by, &digest).unwrap();
            assert_eq!(public.verify(*by, &digest, &signature), Some(true), "{spec:?} {by:?}");
            assert_eq!(private.sign(*by, &digest[1..]), None, "{spec:?} {by:?}");
        }
        let rsa = algorithms.len() > 1;
        for hash in [Hash::Sha1, Hash::Sha256] {
            assert_eq!(private.decrypt(Encryption::Oaep(hash), b"none").is_some(), rsa, "{spec:?}");
        }
        assert_eq!(private.agree(&spki).is_some(), !rsa, "{spec:?}");
        assert!(private.sign(Signing::Ed25519, b"").is_none());
        assert!(!format!("{private:?} {public:?}").contains(char::is_numeric), "{private:?} {public:?}");
        // What cannot be read is left to the core, which has read it.
        let broken = PROVIDER.pairs.private(*spec, b"no key").unwrap();
        assert_eq!(broken.sign(algorithms[0], &vec![7; algorithms[0].hash().unwrap().size()]), None);
    }
}

#[test]
fn what_is_encrypted_opens_both_ways() {
    for spec in [PairSpec::Rsa2048, PairSpec::Rsa3072, PairSpec::Rsa4096] {
        let (own, native) = both(spec);
        for by in [Encryption::Oaep(Hash::Sha1), Encryption::Oaep(Hash::Sha256)] {
            for length in [0, 1, 32, spec.longest_plaintext(by).unwrap()] {
                let text = vec![0x61; length];
                let sealed = native.public().encrypt(by, &text, &mut dice()).unwrap();
                let mut turned = sealed.clone();
                turned[sealed.len() / 2] ^= 1;
                for key in [&own, &native] {
                    assert_eq!(key.decrypt(by, &sealed, &mut dice()).unwrap().expose(), text, "{spec:?} {by:?}");
                    for bad in [&turned[..], &sealed[1..], &[]] {
                        let refused = key.decrypt(by, bad, &mut dice());
                        assert_eq!(refused, Err(Refusal::BadCiphertext), "{spec:?} {by:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn both_sides_agree_whoever_computes() {
    for spec in [PairSpec::P256, PairSpec::P384, PairSpec::P521] {
        let (own, native) = both(spec);
        let peer = PrivateKey::generate(spec, &mut Dice(77)).unwrap();
        let secret = peer.agree(&own.public().to_spki().unwrap()).unwrap();
        assert_eq!(own.agree(&peer.public().to_spki().unwrap()).unwrap(), secret, "{spec:?}");
        assert_eq!(native.agree(&peer.public().to_spki().unwrap()).unwrap(), secret, "{spec:?}");
        let other = if spec == PairSpec::P256 { PairSpec::P384 } else { PairSpec::P256 };
        let foreign = PrivateKey::generate(other, &mut dice()).unwrap().public().to_spki().unwrap();
        for bad in [&foreign[..], b"no key"] {
            assert_eq!(native.agree(bad).unwrap_err(), Refusal::BadKey, "{spec:?}");
            assert_eq!(own.agree(bad).unwrap_err(), Refusal::BadKey, "{spec:?}");
        }
        assert!(PublicKey::from_spki(other, &own.public().to_spki().unwrap()).is_err());
    }
}

#[test]
fn aes_gcm_opens_both_ways() {
    for size in [16, 24, 32] {
        let key: Vec<u8> = (0..size).collect();
        let prepare = |provider: &Provider| provider.aes_gcm.prepare(&key).unwrap();
        let keys = [prepare(&RUST_CRYPTO), prepare(&PROVIDER)];
        for length in [0, 1, 15, 16, 17, 4096, 100_003] {
            let text: Vec<u8> = (1..=length).map(|i: u32| i.to_le_bytes()[0]).collect();
            let seal = |by: usize| {
                let mut sealed = text.clone();
                (keys[by].seal(&[3; 12], b"aad", &mut sealed).unwrap(), sealed)
            };
            let (tag, sealed) = seal(0);
            assert_eq!(seal(1), (tag, sealed.clone()), "{size} {length}");
            for key in &keys {
                let mut opened = sealed.clone();
                key.open(&[3; 12], b"aad", &mut opened, &tag).unwrap();
                assert_eq!(opened, text);
                let mut forged = sealed.clone();
                assert!(key.open(&[3; 12], b"add", &mut forged, &tag).is_err());
                assert!(text.is_empty() || forged != text, "{size} {length}");
                assert!(key.open(&[4; 12], b"aad", &mut sealed.clone(), &tag).is_err());
                let mut other = tag;
                other[15] ^= 1;
                assert!(key.open(&[3; 12], b"aad", &mut sealed.clone(), &other).is_err());
            }
        }
    }
    for size in [0, 15, 17, 31, 33] {
        assert_eq!(PROVIDER.aes_gcm.prepare(&vec![1; size]).unwrap_err(), BadKey, "{size}");
        assert_eq!(RUST_CRYPTO.aes_gcm.prepare(&vec![1; size]).unwrap_err(), BadKey, "{size}");
    }
}
