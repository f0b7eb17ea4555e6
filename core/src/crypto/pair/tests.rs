use super::*;
use crate::base::Entropy;
use crate::crypto::chance::Stream;

/// No chance at all.
#[derive(Debug)]
struct Dry;

impl Entropy for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

/// 4,096 bits take too long in a debug build to be made for every test.
fn quick() -> impl Iterator<Item = PairSpec> {
    PairSpec::ALL.iter().copied().filter(|spec| !matches!(spec, PairSpec::Rsa3072 | PairSpec::Rsa4096))
}

fn pair(spec: PairSpec, seed: u8) -> PrivateKey {
    PrivateKey::generate(spec, &mut Stream::new(&[seed; 32])).unwrap()
}

/// The algorithms that a spec signs with.
fn signings(spec: PairSpec) -> Vec<Signing> {
    match spec {
        PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => [Hash::Sha256, Hash::Sha384, Hash::Sha512]
            .into_iter()
            .flat_map(|hash| [Signing::Pss(hash), Signing::Pkcs1(hash)])
            .collect(),
        PairSpec::P256 | PairSpec::K256 => [Signing::Ecdsa(Hash::Sha256)].into(),
        PairSpec::P384 => [Signing::Ecdsa(Hash::Sha384)].into(),
        PairSpec::P521 => [Signing::Ecdsa(Hash::Sha512)].into(),
        PairSpec::Ed25519 => [Signing::Ed25519, Signing::Ed25519ph].into(),
        PairSpec::Sm2 => [Signing::Sm2].into(),
        PairSpec::MlDsa44 | PairSpec::MlDsa65 | PairSpec::MlDsa87 => [Signing::MlDsa].into(),
        PairSpec::MlKem512 | PairSpec::MlKem768 | PairSpec::MlKem1024 => Vec::new(),
    }
}

#[test]
fn written_and_read_a_key_is_the_same() {
    for spec in quick() {
        let key = pair(spec, 1);
        let der = key.to_pkcs8().unwrap();
        let again = PrivateKey::from_pkcs8(spec, der.expose()).unwrap();
        assert_eq!(again.to_pkcs8().unwrap(), der, "{spec:?}");
        let spki = key.public().to_spki().unwrap();
        assert_eq!(again.public().to_spki().unwrap(), spki, "{spec:?}");
        assert_eq!(PublicKey::from_spki(spec, &spki).unwrap().to_spki().unwrap(), spki, "{spec:?}");
    }
}

#[test]
fn a_key_is_of_its_spec_alone() {
    let all: Vec<_> = quick().map(|spec| pair(spec, 1)).collect();
    for key in &all {
        let (der, spki) = (key.to_pkcs8().unwrap(), key.public().to_spki().unwrap());
        for spec in PairSpec::ALL {
            let own = *spec == key.spec();
            assert_eq!(PrivateKey::from_pkcs8(*spec, der.expose()).is_ok(), own, "{key:?} as {spec:?}");
            assert_eq!(PublicKey::from_spki(*spec, &spki).is_ok(), own, "{key:?} as {spec:?}");
        }
        assert_eq!(PrivateKey::from_pkcs8(key.spec(), &spki).unwrap_err(), Refusal::BadKey);
        assert_eq!(PublicKey::from_spki(key.spec(), der.expose()).unwrap_err(), Refusal::BadKey);
        let cut = &der.expose()[..der.expose().len() - 1];
        assert_eq!(PrivateKey::from_pkcs8(key.spec(), cut).unwrap_err(), Refusal::BadKey);
        let longer = [&spki, &[0][..]].concat();
        assert_eq!(PublicKey::from_spki(key.spec(), &longer).unwrap_err(), Refusal::BadKey, "{key:?}");
    }
}

#[test]
fn the_same_chance_makes_the_same_key() {
    for spec in quick() {
        let der = |seed| pair(spec, seed).to_pkcs8().unwrap();
        assert_eq!(der(1), der(1), "{spec:?}");
        assert_ne!(der(1), der(2), "{spec:?}");
        assert_eq!(PrivateKey::generate(spec, &mut Dry).unwrap_err(), Refusal::NoEntropy, "{spec:?}");
    }
}

#[test]
fn encodings_have_the_sizes_of_the_reference() {
    // kms.md 4.7. RSA's private keys vary by a few bytes.
    let cases = [
        (PairSpec::Rsa2048, 294, None),
        (PairSpec::P256, 91, Some(138)),
        (PairSpec::P384, 120, Some(185)),
        (PairSpec::P521, 158, Some(241)),
        (PairSpec::K256, 88, Some(135)),
        (PairSpec::Ed25519, 44, Some(48)),
        (PairSpec::MlDsa44, 1334, None),
        (PairSpec::MlDsa65, 1974, None),
        (PairSpec::MlDsa87, 2614, None),
        (PairSpec::MlKem512, 822, Some(86)),
        (PairSpec::MlKem768, 1206, Some(86)),
        (PairSpec::MlKem1024, 1590, Some(86)),
    ];
    for (spec, spki, pkcs8) in cases {
        let key = pair(spec, 3);
        assert_eq!(key.public().to_spki().unwrap().len(), spki, "{spec:?}");
        if let Some(pkcs8) = pkcs8 {
            assert_eq!(key.to_pkcs8().unwrap().expose().len(), pkcs8, "{spec:?}");
        }
    }
}

#[test]
fn only_its_own_signature_of_the_message_verifies() {
    for spec in quick() {
        let (key, other) = (pair(spec, 1), pair(spec, 2));
        let chance = &mut Stream::new(&[9; 32]);
        for by in signings(spec) {
            let signature = key.sign(by, Message::Whole(b"message"), chance).unwrap();
            let verify = |key: &PrivateKey, message: &[u8], signature: &[u8]| {
                key.public().verify(by, Message::Whole(message), signature)
            };
            assert_eq!(verify(&key, b"message", &signature), Ok(()), "{spec:?} {by:?}");
            assert_eq!(verify(&key, b"massage", &signature), Err(Refusal::BadSignature), "{spec:?} {by:?}");
            assert_eq!(verify(&other, b"message", &signature), Err(Refusal::BadSignature), "{spec:?} {by:?}");
            let mut turned = signature.clone();
            turned[signature.len() / 2] ^= 1;
            assert_eq!(verify(&key, b"message", &turned), Err(Refusal::BadSignature), "{spec:?} {by:?}");
            let longer = [&signature, &[0][..]].concat();
            assert_eq!(verify(&key, b"message", &longer), Err(Refusal::BadSignature), "{spec:?} {by:?}");
            assert_eq!(verify(&key, b"message", &[]), Err(Refusal::BadSignature), "{spec:?} {by:?}");
        }
    }
}

#[test]
fn a_message_and_its_hash_are_signed_alike() {
    for spec in quick() {
        let key = pair(spec, 1);
        let chance = &mut Stream::new(&[9; 32]);
        for by in signings(spec) {
            let Some(hash) = by.hash() else { continue };
            if spec == PairSpec::Sm2 {
                continue; // The digest is that of Z and the message: the standard's vectors are tested with.
            }
            let digest = hash.of(&[b"message"]);
            let one = key.sign(by, Message::Whole(b"message"), chance).unwrap();
            let two = key.sign(by, Message::Digest(&digest), chance).unwrap();
            assert_eq!(key.public().verify(by, Message::Digest(&digest), &one), Ok(()), "{spec:?} {by:?}");
            assert_eq!(key.public().verify(by, Message::Whole(b"message"), &two), Ok(()), "{spec:?} {by:?}");
            let short = Message::Digest(&digest[1..]);
            assert_eq!(key.sign(by, short, chance).unwrap_err(), Refusal::Unfit, "{spec:?} {by:?}");
            assert_eq!(key.public().verify(by, short, &one), Err(Refusal::Unfit), "{spec:?} {by:?}");
        }
    }
}

#[test]
fn what_a_key_cannot_do_it_refuses() {
    let keys: Vec<_> = quick().map(|spec| pair(spec, 1)).collect();
    let every: Vec<_> = quick().flat_map(signings).collect();
    let chance = &mut Stream::new(&[9; 32]);
    for key in &keys {
        for by in &every {
            let can = signings(key.spec()).contains(by);
            assert_eq!(key.sign(*by, Message::Whole(b"m"), chance).is_ok(), can, "{key:?} {by:?}");
        }
        let kem = matches!(key.spec(), PairSpec::MlKem512 | PairSpec::MlKem768 | PairSpec::MlKem1024);
        assert_eq!(key.public().encapsulate(chance).is_ok(), kem, "{key:?}");
        for by in [Encryption::Oaep(Hash::Sha1), Encryption::Oaep(Hash::Sha256), Encryption::Sm2] {
            let can = key.spec().longest_plaintext(by).is_some();
            assert_eq!(key.public().encrypt(by, b"m", chance).is_ok(), can, "{key:?} {by:?}");
            let refusal = key.decrypt(by, b"no ciphertext", chance).unwrap_err();
            assert_eq!(refusal, if can { Refusal::BadCiphertext } else { Refusal::Unfit }, "{key:?} {by:?}");
        }
    }
}

#[test]
fn what_is_encrypted_opens_again() {
    let cases = [
        (PairSpec::Rsa2048, Encryption::Oaep(Hash::Sha1), 214),
        (PairSpec::Rsa2048, Encryption::Oaep(Hash::Sha256), 190),
        (PairSpec::Rsa2048, Encryption::Oaep(Hash::Sha384), 158),
        (PairSpec::Rsa2048, Encryption::Oaep(Hash::Sha512), 126),
        (PairSpec::Sm2, Encryption::Sm2, 1024),
    ];
    for (spec, by, longest) in cases {
        let (key, other) = (pair(spec, 1), pair(spec, 2));
        let chance = &mut Stream::new(&[9; 32]);
        for length in [1, 32, longest] {
            let text = alloc::vec![0x61; length];
            let sealed = key.public().encrypt(by, &text, chance).unwrap();
            assert_eq!(key.decrypt(by, &sealed, chance).unwrap().expose(), text, "{spec:?} {by:?} {length}");
            assert_eq!(other.decrypt(by, &sealed, chance).unwrap_err(), Refusal::BadCiphertext, "{spec:?} {by:?}");
            let mut turned = sealed.clone();
            let last = turned.len() - 1;
            turned[last] ^= 1;
            assert_eq!(key.decrypt(by, &turned, chance).unwrap_err(), Refusal::BadCiphertext, "{spec:?} {by:?}");
        }
        let text = alloc::vec![0x61; longest + 1];
        assert_eq!(key.public().encrypt(by, &text, chance).unwrap_err(), Refusal::Unfit, "{spec:?} {by:?}");
    }
}

#[test]
fn both_sides_agree() {
    for (spec, size) in
        [(PairSpec::P256, 32), (PairSpec::P384, 48), (PairSpec::P521, 66), (PairSpec::K256, 32), (PairSpec::Sm2, 32)]
    {
        let (alice, bob) = (pair(spec, 1), pair(spec, 2));
        let public = |key: &PrivateKey| key.public().to_spki().unwrap();
        let secret = alice.agree(&public(&bob)).unwrap();
        assert_eq!(secret, bob.agree(&public(&alice)).unwrap(), "{spec:?}");
        assert_eq!(secret.expose().len(), size, "{spec:?}");
        let foreign = pair(if spec == PairSpec::P256 { PairSpec::P384 } else { PairSpec::P256 }, 3);
        assert_eq!(alice.agree(&public(&foreign)), Err(Refusal::BadKey), "{spec:?}");
        assert_eq!(alice.agree(b"no key"), Err(Refusal::BadKey), "{spec:?}");
    }
    let ed25519 = pair(PairSpec::Ed25519, 1);
    assert_eq!(ed25519.agree(&ed25519.public().to_spki().unwrap()), Err(Refusal::Unfit));
}

#[test]
fn what_is_encapsulated_is_the_same_secret() {
    for (spec, size) in [(PairSpec::MlKem512, 768), (PairSpec::MlKem768, 1088), (PairSpec::MlKem1024, 1568)] {
        let (key, other) = (pair(spec, 1), pair(spec, 2));
        let (sealed, secret) = key.public().encapsulate(&mut Stream::new(&[9; 32])).unwrap();
        assert_eq!((sealed.len(), secret.expose().len()), (size, 32), "{spec:?}");
        assert_eq!(key.decapsulate(&sealed).unwrap(), secret, "{spec:?}");
        let rejected = other.decapsulate(&sealed).unwrap();
        assert_ne!(rejected, secret, "{spec:?}");
        assert_eq!(rejected, other.decapsulate(&sealed).unwrap(), "{spec:?}");
        assert_eq!(key.decapsulate(&sealed[1..]), Err(Refusal::BadCiphertext), "{spec:?}");
        assert_eq!(key.public().encapsulate(&mut Dry).unwrap_err(), Refusal::NoEntropy, "{spec:?}");
    }
}

#[test]
fn secp256k1_signs_with_high_and_low_s() {
    let key = pair(PairSpec::K256, 1);
    let chance = &mut Stream::new(&[9; 32]);
    let mut high = 0;
    for _ in 0..40 {
        let by = Signing::Ecdsa(Hash::Sha256);
        let signature = key.sign(by, Message::Whole(b"message"), chance).unwrap();
        assert_eq!(key.public().verify(by, Message::Whole(b"message"), &signature), Ok(()));
        let parsed = ::k256::ecdsa::Signature::from_der(&signature).unwrap();
        high += usize::from(parsed.normalize_s() != parsed);
    }
    assert!((5..=35).contains(&high), "{high} of 40");
}

#[test]
fn what_takes_long_is_made_apart_and_brought() {
    let chance = &mut Stream::new(&[9; 32]);
    let mut slow = Slow::default();
    assert_eq!(slow.generate(PairSpec::P256, chance).unwrap().spec(), PairSpec::P256);
    assert!(slow.work(chance).is_none());
    assert_eq!(slow.generate(PairSpec::Rsa2048, chance).unwrap_err(), Refusal::Later);
    let work = slow.work(chance).unwrap().unwrap();
    assert!(slow.work(chance).is_none());
    slow.bring(Some(work.run()));
    let made = slow.generate(PairSpec::Rsa2048, &mut Dry).unwrap();
    assert_eq!(made.spec(), PairSpec::Rsa2048);
    assert_eq!(slow.generate(PairSpec::Rsa2048, chance).unwrap_err(), Refusal::Later);
    assert_eq!(slow.work(&mut Dry).unwrap().unwrap_err(), NoEntropy);
}

/// Pairs that only say what they were asked for.
#[derive(Debug)]
struct Mark;

impl Pairs for Mark {
    fn private(&self, _: PairSpec, _pkcs8: &[u8]) -> Option<Box<dyn PreparedPrivate>> {
        Some(Box::new(Mark))
    }

    fn public(&self, _: PairSpec, _spki: &[u8]) -> Option<Box<dyn PreparedPublic>> {
        Some(Box::new(Mark))
    }
}

impl PreparedPrivate for Mark {
    fn sign(&self, by: Signing, digest: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(Some(digest.len()), by.hash().map(Hash::size));
        Some(b"mark".into())
    }

    fn decrypt(&self, by: Encryption, ciphertext: &[u8]) -> Option<Result<Secret, Refusal>> {
        (by != Encryption::Sm2).then(|| Ok(Secret::new(ciphertext.into())))
    }

    fn agree(&self, spki: &[u8]) -> Option<Secret> {
        (!spki.is_empty()).then(|| Secret::new(spki.into()))
    }
}

impl PreparedPublic for Mark {
    fn verify(&self, _: Signing, digest: &[u8], signature: &[u8]) -> Option<bool> {
        (digest.len() != 64).then_some(signature == b"mark")
    }
}

#[test]
fn what_a_provider_can_do_it_does_and_nothing_else() {
    let own = pair(PairSpec::P256, 1);
    let (der, spki) = (own.to_pkcs8().unwrap(), own.public().to_spki().unwrap());
    let key = PrivateKey::from_pkcs8_with(&Mark, false, PairSpec::P256, der.expose()).unwrap();
    let (by, message) = (Signing::Ecdsa(Hash::Sha256), Message::Whole(b"m"));
    assert_eq!(key.sign(by, message, &mut Dry).unwrap(), b"mark");
    assert_eq!(key.sign(by, Message::Digest(b"short"), &mut Dry).unwrap_err(), Refusal::Unfit);
    assert_eq!(key.public().verify(by, message, b"mark"), Ok(()));
    assert_eq!(key.public().verify(by, message, b"other"), Err(Refusal::BadSignature));
    assert_eq!(key.public().verify(by, Message::Mu(&[0; 64]), b"mark"), Err(Refusal::Unfit));
    // SHA-512 on P-256: the provider leaves it to the core, which refuses it.
    assert_eq!(key.public().verify(Signing::Ecdsa(Hash::Sha512), message, b"mark"), Err(Refusal::Unfit));
    assert_eq!(key.agree(&spki).unwrap().expose(), spki);
    assert_eq!(key.agree(&[]).unwrap_err(), Refusal::BadKey);
    assert_eq!(key.decrypt(Encryption::Sm2, b"c", &mut Dry).unwrap_err(), Refusal::Unfit);
    assert_eq!(PrivateKey::from_pkcs8_with(&Mark, false, PairSpec::P384, der.expose()).unwrap_err(), Refusal::BadKey);
}

#[test]
fn what_repeats_draws_the_same_chance_with_every_provider() {
    let own = pair(PairSpec::Rsa2048, 1);
    let der = own.to_pkcs8().unwrap();
    let by_mark = |repeats| PrivateKey::from_pkcs8_with(&Mark, repeats, PairSpec::Rsa2048, der.expose()).unwrap();
    let (pss, pkcs1, oaep) = (Signing::Pss(Hash::Sha256), Signing::Pkcs1(Hash::Sha256), Encryption::Oaep(Hash::Sha256));
    let sealed = own.public().encrypt(oaep, b"text", &mut Stream::new(&[4; 32])).unwrap();
    let outcome = |key: &PrivateKey| {
        let chance = &mut Stream::new(&[9; 32]);
        let blinded = key.sign(pkcs1, Message::Whole(b"m"), chance).unwrap();
        let opened = key.decrypt(oaep, &sealed, chance).unwrap();
        let salted = key.sign(pss, Message::Whole(b"m"), chance).unwrap();
        let mut next = [0; 8];
        chance.fill(&mut next).unwrap();
        (blinded == b"mark", opened.expose() == b"text", salted, next)
    };
    let (core, repeating, free) = (outcome(&own), outcome(&by_mark(true)), outcome(&by_mark(false)));
    // The provider has signed and opened, and the salted signature and what is drawn next are the same.
    assert_eq!((core.0, core.1), (false, true));
    assert_eq!((repeating.0, repeating.1), (true, false));
    assert_eq!((&core.2, core.3), (&repeating.2, repeating.3));
    assert_eq!(free.2, b"mark");
    for key in [&own, &by_mark(true)] {
        assert_eq!(key.sign(pkcs1, Message::Whole(b"m"), &mut Dry).unwrap_err(), Refusal::NoEntropy);
        assert_eq!(key.decrypt(oaep, &sealed, &mut Dry).unwrap_err(), Refusal::NoEntropy);
    }
}

#[test]
fn a_point_is_written_compressed_and_read_in_both_forms() {
    for (spec, length) in [(PairSpec::P256, 33), (PairSpec::P384, 49), (PairSpec::P521, 67), (PairSpec::K256, 33)] {
        let key = pair(spec, 1);
        let (point, spki) = (key.public().to_point().unwrap(), key.public().to_spki().unwrap());
        assert_eq!(point.len(), length, "{spec:?}");
        assert_eq!(PublicKey::from_point(spec, &point).unwrap().to_spki().unwrap(), spki, "{spec:?}");
        // SubjectPublicKeyInfo ends with the point, not compressed.
        let whole = &spki[spki.len() - (2 * length - 1)..];
        assert_eq!(PublicKey::from_point(spec, whole).unwrap().to_point().unwrap(), point, "{spec:?}");
        for bad in [&[][..], &[0], &point[1..], &spki] {
            assert_eq!(PublicKey::from_point(spec, bad).unwrap_err(), Refusal::BadKey, "{spec:?}");
        }
    }
    assert_eq!(pair(PairSpec::Ed25519, 1).public().to_point(), Err(Refusal::Unfit));
    assert_eq!(PublicKey::from_point(PairSpec::Ed25519, &[2; 33]).unwrap_err(), Refusal::Unfit);
}
