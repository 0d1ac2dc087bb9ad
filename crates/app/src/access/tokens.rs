//! Keys for scripts: hashed, expiring, revocable, bound to one client where wanted.

use super::{entry, new_secret, who::secret_hash};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    ids::{ClientId, TokenId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::sessions::{self, NewToken},
    custody::clearance::by,
};

/// Longest life of a token, in days.
const DAYS_MAX: u32 = 366;

/// What token to make.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeToken {
    /// What its owner calls it.
    pub name: String,
    /// The only client it opens.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub client: Option<ClientId>,
    /// Days until it ends, 1 to 366.
    pub days: u32,
}

/// A token that was made. Its secret is told once.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TokenMade {
    /// Its id.
    pub id: String,
    /// For `Authorization: Bearer`.
    pub secret: String,
    /// When it ends, RFC 3339.
    pub expires_at: String,
}

impl App {
    /// Makes a token that may do what its owner may. A token cannot make tokens.
    pub async fn make_token(&self, asker: &Asker, make: &MakeToken) -> Result<TokenMade, Error> {
        if !asker.door.starts_with("session:") {
            return Err(Error::Forbidden("a token cannot make tokens; sign in"));
        }
        if !(1..=DAYS_MAX).contains(&make.days) {
            return Err(Error::invalid("/days", format!("must be 1 to {DAYS_MAX}")));
        }
        if make.name.is_empty() || make.name.len() > 200 {
            return Err(Error::invalid("/name", "must have 1 to 200 bytes"));
        }
        let (now, id, secret) = (self.now(), TokenId(self.id()), format!("vs_{}", new_secret()));
        let expires = now.plus(i64::from(make.days) * Micros::DAY);
        let mut tx = self.store.write("make_token").await?;
        let new = NewToken {
            id,
            secret_hash: secret_hash(&secret),
            member: asker.member,
            client: make.client,
            name: &make.name,
            at: now,
            expires,
        };
        sessions::insert_token(&mut tx, &new).await?;
        tx.commit([by(entry(self, Act::TokenCreated), asker).of("token", id.to_string())]).await?;
        Ok(TokenMade { id: id.to_string(), secret, expires_at: expires.to_string() })
    }

    /// Revokes one's own token.
    pub async fn revoke_token(&self, asker: &Asker, token: TokenId) -> Result<(), Error> {
        let mut tx = self.store.write("revoke_token").await?;
        if !sessions::revoke_token(&mut tx, token, asker.member, self.now()).await? {
            return Err(Error::NotFound);
        }
        tx.commit([by(entry(self, Act::TokenRevoked), asker).of("token", token.to_string())]).await?;
        Ok(())
    }
}
