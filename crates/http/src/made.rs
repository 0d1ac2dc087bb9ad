//! Answers of routes that make something: its id, or which version it is.

use serde::Serialize;
use utoipa::ToSchema;

/// Something was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// A version was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// From 1.
    pub version: u32,
}
