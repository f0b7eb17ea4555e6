//! Ciphertext: any bytes are refused or well formed and then not authentic; a sealed blob with one byte changed never opens.
#![no_main]

use kmslab::base::Secret;
use kmslab::crypto::blob::{Blob, EncryptionContext, seal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let key = Secret::new(vec![7; 32]);
    let context = EncryptionContext::new();
    // Everybody may know a blob's form; nobody can forge its tag.
    if let Ok(blob) = Blob::parse(data) {
        assert!(blob.open(&key, &context).is_err());
    }

    let [at, change, plaintext @ ..] = data else { return };
    let mut sealed = match seal(&[1; 32], &key, [2; 16], &context, plaintext) {
        Ok(sealed) => sealed,
        Err(_) => return,
    };
    let whole = Blob::parse(&sealed).expect("we sealed it").open(&key, &context).expect("we sealed it");
    assert_eq!(whole, plaintext);
    if *change != 0 {
        let at = usize::from(*at) % sealed.len();
        sealed[at] ^= change;
        assert!(Blob::parse(&sealed).and_then(|blob| blob.open(&key, &context)).is_err(), "byte {at}");
    }
});
