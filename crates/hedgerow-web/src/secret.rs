//! A secret in a request: it is taken in, and never comes out again.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::limits::MAX_TEXT_BYTES;

/// A secret in a request's body. `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub(crate) struct Secret(pub(crate) SecretString);

impl Secret {
    /// Whether it has no characters, or too many.
    pub(crate) fn is_unusable(&self) -> bool {
        let length = self.0.expose_secret().trim().len();
        length == 0 || length > MAX_TEXT_BYTES
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl PartialSchema for Secret {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(1))
            .max_length(Some(MAX_TEXT_BYTES))
            .write_only(true)
            .into()
    }
}

impl ToSchema for Secret {}
