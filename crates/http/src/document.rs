//! What the OpenAPI document says of every operation alike: how it refuses, and how a repeat is known to be one.

use crate::problem::Problem;
use axum::http::HeaderName;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, Content, HttpMethod, OpenApi, Ref, RefOr, Response, Responses,
        path::Operation,
        path::{Parameter, ParameterIn, PathItem},
        schema::{Object, Schema, Type},
    },
};
use vouchsafe_app::error::FieldError;

/// The header by which a repeat is known.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The path that is known again by its rows, and needs no key.
pub(crate) const IMPORT: &str = "/api/v1/projects/{project}/tasks";

/// Adds both to the document.
pub(crate) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::default);
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            refuses(&mut operation.responses);
            if method != HttpMethod::Get && path != IMPORT && operation.security.is_none() {
                operation.parameters.get_or_insert_default().push(RefOr::T(key()));
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [
        (HttpMethod::Get, get),
        (HttpMethod::Post, post),
        (HttpMethod::Put, put),
        (HttpMethod::Patch, patch),
        (HttpMethod::Delete, delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn refuses(responses: &mut Responses) {
    let schema = RefOr::Ref(Ref::from_schema_name(Problem::name()));
    let mut refusal = Response::new("a refusal: `slug` says which, `errors` which fields and rules");
    refusal.content.insert("application/problem+json".to_owned(), RefOr::T(Content::new(Some(schema))));
    responses.responses.insert("default".to_owned(), RefOr::T(refusal));
}

fn key() -> Parameter {
    let mut key = Parameter::new(KEY.as_str());
    key.parameter_in = ParameterIn::Header;
    key.required = utoipa::openapi::Required::False;
    key.description = Some("The same request under the same key within a day is carried out once.".to_owned());
    key.schema = Some(RefOr::T(Schema::Object(Object::with_type(Type::String))));
    key
}
