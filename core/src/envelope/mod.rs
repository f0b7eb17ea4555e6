//! Envelope encryption: data of any size under a data key that other keys wrap, as AWS Encryption SDK messages.
//!
//! What is sealed here the AWS Encryption SDK opens, and the other way round: formats 1 and 2, with frames and without,
//! every algorithm suite. A message is `header | body | footer`: the header has the wrapped data keys and the encryption
//! context, the body is sealed by AES-GCM frame by frame, the footer of some suites is a signature over all before it.
//!
//! No I/O: a [`Sealer`] takes plaintext in pieces of any size and gives the message, a [`Locked`] message takes bytes
//! until it knows which keys would open it, and an [`Opener`] goes on from there. None holds more than two frames.
//! Data keys come from [`KeyProvider`]s; an [`Envelope`] puts them together, with the limits that a user sets.
//!
//! Source: AWS Encryption SDK Developer Guide, "Message format reference" and "Algorithms reference"; AWS Encryption SDK
//! Specification, `data-format` and `client-apis`.
//!
//! ```
//! use kmslab::base::{Entropy, NoEntropy, Secret, Timestamp};
//! use kmslab::crypto::blob::EncryptionContext;
//! use kmslab::envelope::{Envelope, RawAes};
//!
//! # #[derive(Debug)]
//! # struct Dice(u8);
//! # impl Entropy for Dice {
//! #     fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
//! #         out.iter_mut().for_each(|byte| { self.0 = self.0.wrapping_mul(5).wrapping_add(3); *byte = self.0 });
//! #         Ok(())
//! #     }
//! # }
//! # let mut dice = Dice(1);
//! let key = RawAes::new("tests", "key 1", Secret::new(vec![7; 32]))?;
//! let mut envelope = Envelope::new(vec![Box::new(key)])?;
//! let context = EncryptionContext::from([("tenant".into(), "7".into())]);
//! let message = envelope.seal(b"hello", &context, Timestamp::from_secs(0), &mut dice)?;
//! let opened = envelope.open(&message, &context, Timestamp::from_secs(0), &mut dice)?;
//! assert_eq!(opened.plaintext, b"hello");
//! # Ok::<(), kmslab::envelope::Refused>(())
//! ```

mod anatomy;
mod bulk;
mod cache;
mod context;
mod derive;
mod frames;
mod gcm;
mod header;
mod keys;
mod kms;
mod opener;
mod raw;
mod reader;
mod refused;
mod sealer;
mod signature;
mod suite;
mod whole;

pub use anatomy::{dissect, looks_like_message};
pub use bulk::{Alone, Job, Workers};
pub use cache::CacheLimits;
pub use context::{PUBLIC_KEY, RESERVED};
pub use frames::Lent;
pub use header::{EncryptedDataKey, Header};
pub use keys::{DataKey, KeyProvider};
pub use kms::{Discovery, KmsAnswer, KmsClient, KmsKey, PROVIDER as KMS_PROVIDER};
pub use opener::{Locked, Opener};
pub use raw::{RawAes, RawRsa};
pub use refused::{ProviderError, Refused};
pub use sealer::Sealer;
pub use suite::{CommitmentPolicy, SUITES, Suite};
pub use whole::{DEFAULT_FRAME, Envelope, Opened};
