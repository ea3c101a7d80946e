//! How our own types look in the `OpenAPI` document.

use crate::types::{Address, Amount, Factor, Hash};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa::{Modify, PartialSchema, ToSchema};

/// Why there is no answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Problem` writes")]
pub(super) struct Problem {
    error: ProblemBody,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Problem` writes")]
struct ProblemBody {
    /// For programs.
    code: String,
    /// For people.
    message: String,
}

/// The token that spending and controlling need.
pub(super) struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("HOME/api-token")).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

macro_rules! texts {
    ($($kind:ident, $about:literal, $example:literal);+) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).description(Some($about));
                text.examples([$example]).into()
            }
        }
        impl ToSchema for $kind {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($kind))
            }
        }
    )+};
}

texts!(
    Address, "An account, in bech32m", "neuro1…";
    Amount, "NEURO as decimals", "12.5";
    Factor, "A multiplier as decimals", "1.25";
    Hash, "A hash in lower-case hexadecimal digits", "00ff…"
);
