//! Who wraps data keys.

use super::header::EncryptedDataKey;
use super::refused::ProviderError;
use crate::base::{Entropy, Secret};
use crate::crypto::blob::EncryptionContext;
use core::fmt;
use zeroize::Zeroizing;

/// A new data key, and how its provider wrapped it.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "providers make it")]
pub struct DataKey {
    /// The key.
    pub plaintext: Secret,
    /// The same, wrapped.
    pub wrapped: EncryptedDataKey,
}

/// A key that wraps data keys: a KMS key, or a key of one's own. All calls are bound to the encryption context.
pub trait KeyProvider: fmt::Debug + Send {
    /// Makes a data key of `length` bytes and wraps it.
    ///
    /// # Errors
    /// Whatever the provider says; of its own, when `entropy` fails.
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<DataKey, ProviderError> {
        let mut bytes = Zeroizing::new(alloc::vec![0; length]);
        entropy.fill(&mut bytes)?;
        let plaintext = Secret::new(core::mem::take(&mut *bytes));
        let wrapped = self.wrap(&plaintext, context, entropy)?;
        Ok(DataKey { plaintext, wrapped })
    }

    /// Wraps a data key that another provider made.
    ///
    /// # Errors
    /// Whatever the provider says.
    fn wrap(
        &mut self,
        key: &Secret,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<EncryptedDataKey, ProviderError>;

    /// Unwraps a data key; `None` when it is not this provider's, which is seen without trying.
    ///
    /// # Errors
    /// Whatever the provider says: another key may still open the message.
    fn unwrap(
        &mut self,
        key: &EncryptedDataKey,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<Secret>, ProviderError>;
}
