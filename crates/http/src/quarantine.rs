//! A server whose database may lack what was already recorded: it shows what it has and takes nothing new.

use crate::problem::Problem;
use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::{Arc, PoisonError, RwLock};

/// Why nothing new is taken, if it is not. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Quarantined(Arc<RwLock<Option<String>>>);

impl Quarantined {
    /// Begins or ends it.
    pub fn set(&self, reason: Option<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// Why.
    pub fn reason(&self) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Refuses whatever changes something, but for signing in and out. [`Quarantined`] is an extension of the request.
pub async fn refuse(request: Request, next: Next) -> Response {
    let reason = request.extensions().get::<Quarantined>().and_then(Quarantined::reason);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let signing = matches!(request.uri().path(), "/api/v1/session" | "/api/v1/session/link" | "/api/v1/sessions");
    match reason {
        Some(reason) if !safe && !signing => {
            let detail = format!(
                "this installation is in quarantine and takes nothing new: {reason}; its operator lifts that with \
                 `vouchsafe quarantine lift`"
            );
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "quarantined", detail).into_response()
        }
        _ => next.run(request).await,
    }
}
