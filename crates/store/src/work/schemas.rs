//! Versions of a project's schema.
//!
//! A schema is read by every claim and every submit, so it is parsed once and remembered beside its client's
//! keys: when those are dropped, so is it.

use super::parsed::Parsed;
use crate::{Error, Pending, Tx, custody::clearance::Clearance, vals};
use serde_json::Value;
use std::sync::Arc;
use vouchsafe_domain::{
    ids::{MemberId, ProjectId, SchemaId},
    time::Micros,
    work::schema::Schema,
};

/// The rules of a schema, for the server's own checks: what it returns is never sent.
pub async fn rules(tx: &mut Tx, clearance: &Clearance<'_>, id: SchemaId) -> Result<Arc<Schema>, Error> {
    parsed(tx, clearance, id).await.map(|parsed| parsed.schema)
}

/// `{fields, questions}` as a browser is sent it.
pub async fn pending(tx: &mut Tx, clearance: &Clearance<'_>, id: SchemaId) -> Result<Pending<Arc<Value>>, Error> {
    let parsed = parsed(tx, clearance, id).await?;
    clearance.outgoing(tx, parsed.bytes, move || Ok(parsed.sent))
}

/// The whole schema as it was written, for those who run the project.
pub async fn written(tx: &mut Tx, clearance: &Clearance<'_>, id: SchemaId) -> Result<Pending<Arc<Schema>>, Error> {
    let parsed = parsed(tx, clearance, id).await?;
    clearance.outgoing(tx, parsed.bytes, move || Ok(parsed.schema))
}

async fn parsed(tx: &mut Tx, clearance: &Clearance<'_>, id: SchemaId) -> Result<Parsed, Error> {
    clearance.within(tx)?;
    let known = &clearance.keys().schemas;
    if let Some(parsed) = known.get(id) {
        return Ok(parsed);
    }
    let row = tx
        .one("select body_sealed from schema where id = $1 and client_id = $2", vals![id, clearance.client()])
        .await?
        .ok_or(Error::Missing { table: "schema" })?;
    let body = clearance.peek(tx, "schema", &id.to_string(), &row.sealed(0)?)?;
    let unsound = || Error::Unsealable { table: "schema" };
    let json: Value = serde_json::from_slice(&body).map_err(|_| unsound())?;
    let schema = Arc::new(Schema::parse(&json).map_err(|_| unsound())?);
    let parsed = Parsed { sent: Arc::new(schema.schema_as_sent()), schema, bytes: body.len() };
    known.keep(id, parsed.clone());
    Ok(parsed)
}

/// Adds a version and makes it the project's newest. The caller has locked the project.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: SchemaId,
    project: ProjectId,
    schema: &Schema,
    by: MemberId,
    at: Micros,
) -> Result<u32, Error> {
    let sealed = clearance.seal(tx, "schema", &id.to_string(), schema.to_json().to_string().as_bytes())?;
    let rows = tx
        .q(
            "insert into schema (id, project_id, client_id, version, body_sealed, created_by, created_us)
             select $1, $2, $3, 1 + (select count(*) from schema s where s.project_id = $2), $4, $5, $6
             returning version",
            vals![id, project, clearance.client(), sealed, by, at],
        )
        .await?;
    tx.exec("update project set schema_id = $1 where id = $2", vals![id, project]).await?;
    rows.first().ok_or(Error::Missing { table: "schema" })?.count(0)
}
