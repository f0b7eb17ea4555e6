//! `view!`: the members of a structure that an operation reads or writes, as a Rust struct.

use super::{Doc, FromDoc};
use crate::base::Fault;
use alloc::vec::Vec;

/// Declares typed views of the model's structures.
///
/// `in` views are read ([`FromDoc`]), `out` views are written ([`super::IntoDoc`]), `both` views go both ways. Names on
/// the right are the model's; a test holds them and the types against the generated tables. Attributes pass through.
///
/// ```ignore
/// view! {
///     /// What `Encrypt` takes.
///     in Input { key_id: String = "KeyId", encryption_context: Option<BTreeMap<String, String>> = "EncryptionContext" }
///     /// What it gives.
///     out Output { ciphertext_blob: Blob = "CiphertextBlob" }
/// }
/// ```
macro_rules! view {
    () => {};
    ($(#[$meta:meta])* in $name:ident {
        $($(#[$note:meta])* $field:ident : $type:ty = $member:literal),* $(,)?
    } $($rest:tt)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name { $($(#[$note])* pub(crate) $field: $type),* }
        $crate::wire::view! { @from $name { $($field: $type = $member),* } }
        $crate::wire::view! { $($rest)* }
    };
    ($(#[$meta:meta])* out $name:ident {
        $($(#[$note:meta])* $field:ident : $type:ty = $member:literal),* $(,)?
    } $($rest:tt)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name { $($(#[$note])* pub(crate) $field: $type),* }
        $crate::wire::view! { @into $name { $($field: $type = $member),* } }
        $crate::wire::view! { $($rest)* }
    };
    ($(#[$meta:meta])* both $name:ident {
        $($(#[$note:meta])* $field:ident : $type:ty = $member:literal),* $(,)?
    } $($rest:tt)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name { $($(#[$note])* pub(crate) $field: $type),* }
        $crate::wire::view! { @from $name { $($field: $type = $member),* } }
        $crate::wire::view! { @into $name { $($field: $type = $member),* } }
        $crate::wire::view! { $($rest)* }
    };
    (@from $name:ident { $($field:ident : $type:ty = $member:literal),* }) => {
        impl $crate::wire::FromDoc for $name {
            const TYPE: $crate::wire::Type =
                $crate::wire::Type::Struct(&[$(($member, <$type as $crate::wire::FromDoc>::TYPE)),*]);
            fn from_doc(doc: ::core::option::Option<$crate::wire::Doc>)
                -> ::core::result::Result<Self, $crate::base::Fault> {
                let members = &mut $crate::wire::Members::of(doc)?;
                let _ = &members; // A view may have no member.
                Ok(Self { $($field: members.take($member)?),* })
            }
        }
    };
    (@into $name:ident { $($field:ident : $type:ty = $member:literal),* }) => {
        impl $crate::wire::IntoDoc for $name {
            const TYPE: $crate::wire::Type =
                $crate::wire::Type::Struct(&[$(($member, <$type as $crate::wire::IntoDoc>::TYPE)),*]);
            fn into_doc(self) -> ::core::option::Option<$crate::wire::Doc> {
                Some($crate::wire::Doc::Struct(
                    [$(($member, $crate::wire::IntoDoc::into_doc(self.$field))),*]
                        .into_iter()
                        .filter_map(|(name, doc): (&'static str, Option<$crate::wire::Doc>)| Some((name, doc?)))
                        .collect(),
                ))
            }
        }
    };
}
pub(crate) use view;

/// The members of a structure, to be taken one by one.
#[derive(Debug)]
pub(crate) struct Members(Vec<(&'static str, Doc)>);

impl Members {
    /// Of a structure; an absent one has no members.
    pub(crate) fn of(doc: Option<Doc>) -> Result<Self, Fault> {
        match doc {
            Some(Doc::Struct(members)) => Ok(Self(members)),
            None => Ok(Self(Vec::new())),
            Some(_) => Err(Fault::Internal),
        }
    }

    /// Takes the member `name` out.
    pub(crate) fn take<T: FromDoc>(&mut self, name: &'static str) -> Result<T, Fault> {
        let at = self.0.iter().position(|(member, _)| *member == name);
        match at.map(|at| self.0.swap_remove(at)) {
            Some((_, doc)) => T::from_doc(Some(doc)),
            // The model does not require the member and the operation does.
            None => T::from_doc(None).map_err(|fault| match fault {
                Fault::Validation { .. } => super::check::missing(name),
                other => other,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Blob, Doc, FromDoc, IntoDoc, Type};
    use alloc::{collections::BTreeMap, string::String, vec, vec::Vec};

    view! {
        /// A tag.
        #[derive(PartialEq)]
        both Tag {
            /// Its key.
            key: String = "TagKey",
            value: String = "TagValue",
        }
        in Input {
            key_id: String = "KeyId",
            context: Option<BTreeMap<String, String>> = "EncryptionContext",
            tags: Vec<Tag> = "Tags",
            dry_run: bool = "DryRun"
        }
        out Output { blob: Blob = "Blob", next: Option<String> = "Next", tags: Vec<Tag> = "Tags" }
        in Empty {}
    }

    #[test]
    fn views_read_and_write_what_they_name() {
        let tag = Tag { key: "a".into(), value: "b".into() };
        let doc = Doc::Struct(vec![
            ("Unviewed", Doc::Int(1)),
            ("Tags", Doc::List(vec![tag.clone().into_doc().unwrap()])),
            ("KeyId", Doc::Text("k".into())),
        ]);
        let input = Input::from_doc(Some(doc.clone())).unwrap();
        assert_eq!((input.key_id.as_str(), input.context, input.dry_run), ("k", None, false));
        assert_eq!(input.tags, vec![tag]);
        let output = Output { blob: Blob(vec![1]), next: None, tags: input.tags };
        assert_eq!(
            output.into_doc(),
            Some(Doc::Struct(vec![("Blob", Doc::Blob(vec![1])), ("Tags", doc.get("Tags").unwrap().clone())]))
        );
        assert!(Empty::from_doc(None).is_ok());
        let Type::Struct(members) = <Input as FromDoc>::TYPE else { unreachable!() };
        assert!(members.iter().map(|(name, _)| *name).eq(["KeyId", "EncryptionContext", "Tags", "DryRun"]));
        assert_eq!(members[1].1, Type::Map(&Type::Text));
    }

    #[test]
    fn a_member_that_only_the_operation_needs_is_named() {
        let fault = Input::from_doc(None).unwrap_err();
        assert_eq!(
            alloc::string::ToString::to_string(&fault),
            "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null"
        );
    }
}
