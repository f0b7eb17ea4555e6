//! [`Doc`]: what travels between the wire and an operation, and how Rust types become one.

use crate::base::{AccountId, Arn, Fault, KeyArn, KeyId, MaterialId, Region, Secret, Timestamp, gathered};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

/// A value of the wire, whatever the protocol.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Doc {
    /// `true`, `false`.
    Bool(bool),
    /// An integer or a long.
    Int(i64),
    /// A string; an enum is one, too.
    Text(String),
    /// Bytes; base64 on the wire.
    Blob(Vec<u8>),
    /// A moment.
    Time(Timestamp),
    /// A list.
    List(Vec<Doc>),
    /// A map. Its keys are data.
    Map(BTreeMap<String, Doc>),
    /// A structure. Its names are the model's; absent members are absent.
    Struct(Vec<(&'static str, Doc)>),
}

impl Doc {
    /// The member `name` of a structure.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Struct(members) = self else { return None };
        members.iter().find(|(member, _)| *member == name).map(|(_, doc)| doc)
    }

    /// The text of a [`Doc::Text`].
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// Blobs show their length, secrets nothing.
impl fmt::Debug for Doc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Blob(value) => write!(f, "Blob({} bytes)", value.len()),
            Self::Time(value) => value.fmt(f),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Map(entries) => f.debug_map().entries(entries).finish(),
            Self::Struct(members) => {
                let mut map = f.debug_map();
                for (name, value) in members {
                    if super::model::is_sensitive(name) {
                        map.entry(name, &format_args!("hidden"));
                    } else {
                        map.entry(name, value);
                    }
                }
                map.finish()
            }
        }
    }
}

/// Bytes of a member of the type blob. They may be plaintext, so they are not printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl core::ops::Deref for Blob {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Blob {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

/// What a Rust type is in the model's terms: for the test that holds views against the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// A type that says nothing about itself.
    Any,
    /// No members, no body.
    Nothing,
    /// `true`, `false`.
    Bool,
    /// Integer, long.
    Int,
    /// String.
    Text,
    /// Bytes.
    Blob,
    /// Timestamp.
    Time,
    /// List of this.
    List(&'static Type),
    /// Map from string to this.
    Map(&'static Type),
    /// Structure with these members.
    Struct(&'static [(&'static str, Type)]),
}

/// A type that a [`Doc`] becomes. The wire has checked the document against the model before.
pub trait FromDoc: Sized {
    /// What this is in the model's terms.
    const TYPE: Type = Type::Any;

    /// Reads it; `None` is an absent member.
    ///
    /// # Errors
    /// [`Fault::Validation`] when the member is needed and absent, [`Fault::Internal`] when it has a type that the
    /// model does not give it.
    fn from_doc(doc: Option<Doc>) -> Result<Self, Fault>;
}

/// A type that becomes a [`Doc`].
pub trait IntoDoc: Sized {
    /// What this is in the model's terms.
    const TYPE: Type = Type::Any;

    /// Writes it; `None` leaves the member out.
    fn into_doc(self) -> Option<Doc>;
}

/// What an absent member is for a type that has no word for it.
fn absent() -> Fault {
    Fault::Validation { message: "Member must not be null".into() }
}

macro_rules! scalars {
    ($($type:ty, $wire:ident, $doc:ident($value:ident) => $from:expr, $into:expr;)*) => { $(
        impl FromDoc for $type {
            const TYPE: Type = Type::$wire;
            fn from_doc(doc: Option<Doc>) -> Result<Self, Fault> {
                match doc {
                    Some(Doc::$doc($value)) => $from,
                    Some(_) => Err(Fault::Internal),
                    None => Err(absent()),
                }
            }
        }
        impl IntoDoc for $type {
            const TYPE: Type = Type::$wire;
            fn into_doc(self) -> Option<Doc> {
                let $value = self;
                Some(Doc::$doc($into))
            }
        }
    )* };
}

scalars! {
    String, Text, Text(value) => Ok(value), value;
    Secret, Text, Text(value) => Ok(Self::new(value.into_bytes())), value.expose_text().into();
    i64, Int, Int(value) => Ok(value), value;
    i32, Int, Int(value) => Self::try_from(value).map_err(|_| Fault::Internal), value.into();
    u32, Int, Int(value) => Self::try_from(value).map_err(|_| Fault::Internal), value.into();
    u16, Int, Int(value) => Self::try_from(value).map_err(|_| Fault::Internal), value.into();
    Timestamp, Time, Time(value) => Ok(value), value;
    Blob, Blob, Blob(value) => Ok(Self(value)), value.0;
}

/// An absent flag is off.
impl FromDoc for bool {
    const TYPE: Type = Type::Bool;
    fn from_doc(doc: Option<Doc>) -> Result<Self, Fault> {
        match doc {
            Some(Doc::Bool(value)) => Ok(value),
            Some(_) => Err(Fault::Internal),
            None => Ok(false),
        }
    }
}

impl IntoDoc for bool {
    const TYPE: Type = Type::Bool;
    fn into_doc(self) -> Option<Doc> {
        Some(Doc::Bool(self))
    }
}

/// Ids go out as their text. They do not come in as such: what a caller sends is parsed by the operation.
macro_rules! texts {
    ($($type:ty),*) => { $(
        impl IntoDoc for $type {
            const TYPE: Type = Type::Text;
            fn into_doc(self) -> Option<Doc> {
                Some(Doc::Text(self.to_string()))
            }
        }
    )* };
}
texts!(&str, AccountId, Arn, KeyId, MaterialId, Region);

impl IntoDoc for KeyArn {
    const TYPE: Type = Type::Text;
    fn into_doc(self) -> Option<Doc> {
        Some(Doc::Text(self.text()))
    }
}

impl<T: FromDoc> FromDoc for Option<T> {
    const TYPE: Type = T::TYPE;
    fn from_doc(doc: Option<Doc>) -> Result<Self, Fault> {
        if doc.is_none() { Ok(None) } else { T::from_doc(doc).map(Some) }
    }
}

impl<T: IntoDoc> IntoDoc for Option<T> {
    const TYPE: Type = T::TYPE;
    fn into_doc(self) -> Option<Doc> {
        self.and_then(T::into_doc)
    }
}

/// An absent list is empty; where that differs, ask for `Option<Vec<T>>`.
impl<T: FromDoc> FromDoc for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    fn from_doc(doc: Option<Doc>) -> Result<Self, Fault> {
        match doc {
            Some(Doc::List(items)) => items.into_iter().map(|item| T::from_doc(Some(item))).collect(),
            Some(_) => Err(Fault::Internal),
            None => Ok(Self::new()),
        }
    }
}

impl<T: IntoDoc> IntoDoc for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    fn into_doc(self) -> Option<Doc> {
        Some(Doc::List(self.into_iter().filter_map(T::into_doc).collect()))
    }
}

/// An absent map is empty; where that differs, ask for `Option<BTreeMap<…>>`.
impl<T: FromDoc> FromDoc for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
    fn from_doc(doc: Option<Doc>) -> Result<Self, Fault> {
        match doc {
            Some(Doc::Map(entries)) => {
                let read = |(key, value)| Ok((key, T::from_doc(Some(value))?));
                entries.into_iter().map(read).collect::<Result<Vec<_>, _>>().map(gathered)
            }
            Some(_) => Err(Fault::Internal),
            None => Ok(Self::new()),
        }
    }
}

impl<T: IntoDoc> IntoDoc for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
    fn into_doc(self) -> Option<Doc> {
        Some(Doc::Map(gathered(self.into_iter().filter_map(|(key, value)| Some((key, value.into_doc()?))))))
    }
}

/// An operation without output.
impl IntoDoc for () {
    const TYPE: Type = Type::Nothing;
    fn into_doc(self) -> Option<Doc> {
        None
    }
}

/// An operation without input reads nothing.
impl FromDoc for () {
    const TYPE: Type = Type::Nothing;
    fn from_doc(_: Option<Doc>) -> Result<Self, Fault> {
        Ok(())
    }
}
