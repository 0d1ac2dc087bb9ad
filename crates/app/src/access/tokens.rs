//! Keys for scripts: hashed, expiring, revocable, scoped, bound to one client where wanted.

use super::{entry, new_secret, secret_hash, whole};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::scope::{NoSuchScope, Scope},
    ids::{ClientId, TokenId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::tokens::{self, NewToken},
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
    /// The only client it opens. Such a token does nothing to the installation.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub client: Option<ClientId>,
    /// What it may do of what its owner may: `read`, `work`, `operate`, `releases`, `custody`, `access`; without it `all`.
    #[serde(default = "everything")]
    pub scopes: Vec<String>,
    /// Days until it ends, 1 to 366.
    pub days: u32,
}

fn everything() -> Vec<String> {
    vec![Scope::All.word().into()]
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

/// A token as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TokenListed {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The only client it opens; null for all of its owner's.
    pub client: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it ends, RFC 3339.
    pub expires_at: String,
    /// When it was revoked, RFC 3339.
    pub revoked_at: Option<String>,
}

impl App {
    /// Makes a token that may do what its owner may, within its scopes. A token cannot make tokens.
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
        let scopes = words(&make.scopes)?;
        let (now, id, secret) = (self.now(), TokenId(self.id()), format!("vs_{}", new_secret()));
        let expires = now.plus(i64::from(make.days) * Micros::DAY);
        let mut tx = self.store.write("make_token").await?;
        let new = NewToken {
            id,
            secret_hash: secret_hash(&secret),
            member: asker.member,
            client: make.client,
            name: &make.name,
            scopes: &scopes,
            at: now,
            expires,
        };
        tokens::insert(&mut tx, &new).await?;
        let entry = by(entry(self, Act::TokenCreated), asker)
            .because("scopes", scopes.as_str())
            .of("token", id.to_string())
            .of("client", make.client.map(|client| client.to_string()));
        tx.commit([entry]).await?;
        Ok(TokenMade { id: id.to_string(), secret, expires_at: expires.to_string() })
    }

    /// The caller's own tokens, newest first.
    pub async fn list_tokens(&self, asker: &Asker) -> Result<Vec<TokenListed>, Error> {
        whole(asker)?;
        let mut tx = self.store.write("list_tokens").await?;
        let found = tokens::of(&mut tx, asker.member).await?;
        tx.abandon().await?;
        let listed = |t: tokens::Listed| TokenListed {
            id: t.id.to_string(),
            name: t.name,
            client: t.client.map(|client| client.to_string()),
            scopes: t.scopes.split(' ').map(str::to_owned).collect(),
            created_at: t.created_at.to_string(),
            expires_at: t.expires_at.to_string(),
            revoked_at: t.revoked_at.map(|at| at.to_string()),
        };
        Ok(found.into_iter().map(listed).collect())
    }

    /// Revokes one's own token.
    pub async fn revoke_token(&self, asker: &Asker, token: TokenId) -> Result<(), Error> {
        let mut tx = self.store.write("revoke_token").await?;
        if !tokens::revoke(&mut tx, token, asker.member, self.now()).await? {
            return Err(Error::NotFound);
        }
        tx.commit([by(entry(self, Act::TokenRevoked), asker).of("token", token.to_string())]).await?;
        Ok(())
    }
}

/// The scopes as they lie in a row: each once, in order, with a space between.
fn words(asked: &[String]) -> Result<String, Error> {
    let mut scopes = Vec::new();
    for (n, word) in asked.iter().enumerate() {
        let scope: Scope =
            word.parse().map_err(|e: NoSuchScope| Error::invalid(format!("/scopes/{n}"), e.to_string()))?;
        scopes.push(scope);
    }
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(Error::invalid("/scopes", "must name at least one scope"));
    }
    if scopes.contains(&Scope::All) {
        return Ok(Scope::All.word().into());
    }
    Ok(scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" "))
}
