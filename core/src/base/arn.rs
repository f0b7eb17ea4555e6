//! Amazon Resource Names.

use alloc::string::String;
use core::{fmt, str::FromStr};

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// The resource is the rest of the text, colons included.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn(String);

/// The text is not an ARN of six segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadArn;

impl fmt::Display for BadArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ARN: it needs arn:partition:service:region:account:resource")
    }
}

impl core::error::Error for BadArn {}

impl Arn {
    /// Segment `n` of the text: 1 partition, 2 service, 3 Region, 4 account, 5 resource.
    fn segment(&self, n: usize) -> &str {
        self.0.splitn(6, ':').nth(n).unwrap_or_default()
    }

    /// `aws`, `aws-cn`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        self.segment(1)
    }

    /// The service, such as `kms`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.segment(2)
    }

    /// The Region, or nothing.
    #[must_use]
    pub fn region(&self) -> &str {
        self.segment(3)
    }

    /// The account, or nothing.
    #[must_use]
    pub fn account(&self) -> &str {
        self.segment(4)
    }

    /// The resource, such as `key/1234abcd-…`.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.segment(5)
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Arn {
    type Err = BadArn;
    fn from_str(text: &str) -> Result<Self, BadArn> {
        let mut parts = text.splitn(6, ':');
        let good = parts.next() == Some("arn")
            && parts.next().is_some_and(|partition| !partition.is_empty())
            && parts.next().is_some_and(|service| !service.is_empty())
            && parts.next().is_some()
            && parts.next().is_some()
            && parts.next().is_some_and(|resource| !resource.is_empty());
        good.then(|| Self(text.into())).ok_or(BadArn)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
