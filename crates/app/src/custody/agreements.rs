//! Agreements: written for a client, read before anything else of it, signed before the first disclosure.

use crate::{App, Asker, Error, experts};
use serde::Serialize;
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    hex::hex,
    ids::{AgreementId, ClientId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::{
        agreements,
        clearance::{Clearance, clear, unwalled},
        disclosed::{Going, Object},
        pass::{admit, know},
    },
    work::projects,
};

/// Longest text, in bytes.
const TEXT_BYTES_MAX: usize = 256 << 10;

/// An agreement as it is sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgreementSent {
    /// Its version, from 1.
    pub version: u32,
    /// Markdown.
    pub text: String,
    /// When it was written, RFC 3339.
    pub created_at: String,
    /// When the caller signed this version, RFC 3339.
    pub signed_at: Option<String>,
}

/// A version as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgreementListed {
    /// From 1.
    pub version: u32,
    /// The account that wrote it.
    pub by: String,
    /// When, RFC 3339.
    pub created_at: String,
    /// How many people signed it.
    pub signed: i64,
}

impl App {
    /// Writes the next version. From then on everybody but the client's own people signs anew before he is sent more.
    pub async fn create_agreement(&self, asker: &Asker, client: ClientId, text: &str) -> Result<u32, Error> {
        if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
            return Err(Error::invalid("/text", format!("must have 1 to {TEXT_BYTES_MAX} bytes")));
        }
        let (now, id) = (self.now(), AgreementId(self.id()));
        let mut tx = self.store.write("create_agreement").await?;
        let clearance = clear(&mut tx, asker, client, Need::Observe, true).await?;
        let version = agreements::insert(&mut tx, &clearance, id, text, asker.member, now).await?;
        let entry = clearance
            .entry(Act::AgreementCreated, now)
            .of("agreement", id.to_string())
            .of("version", version)
            .of("content", hex(&clearance.content_hash(text.as_bytes())));
        tx.commit([entry]).await?;
        Ok(version)
    }

    /// Sends the newest version to somebody whom the client's work is open to, signed or not.
    pub async fn agreement(&self, asker: &Asker, client: ClientId) -> Result<AgreementSent, Error> {
        let mut tx = self.store.write("agreement").await?;
        let clearance = self.clear_for_agreement(&mut tx, asker, client).await?;
        let found = agreements::newest(&mut tx, client, asker.person).await?.ok_or(Error::NotFound)?;
        let (mut text, mut going) = (found.pending(&tx, &clearance)?, Going::default());
        going.piece(&clearance, "text", &mut text)?;
        let object = Object::new("agreement", &found.id, i64::from(found.version));
        let act = (Act::AgreementSent, self.now());
        let entry = clearance.sent(&mut tx, act, "GET /clients/{client}/agreement", object, going).await?;
        let committed = tx.commit([entry]).await?;
        Ok(AgreementSent {
            version: found.version,
            text: text.open(&committed)?,
            created_at: found.created_at.to_string(),
            signed_at: found.signed_at.map(|at| at.to_string()),
        })
    }

    /// The caller signs the newest version. Signing it again changes nothing.
    pub async fn sign_agreement(&self, asker: &Asker, client: ClientId, version: u32) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("sign_agreement").await?;
        let clearance = self.clear_for_agreement(&mut tx, asker, client).await?;
        let found = agreements::newest(&mut tx, client, asker.person).await?.ok_or(Error::NotFound)?;
        if found.version != version {
            return Err(Error::state(
                "agreement_changed",
                format!("version {} is the newest; read that one", found.version),
            ));
        }
        agreements::sign(&mut tx, found.id, asker.person, asker.member, now).await?;
        let entry =
            clearance.entry(Act::AgreementSigned, now).of("agreement", found.id.to_string()).of("version", version);
        tx.commit([entry]).await?;
        Ok(())
    }

    /// The versions with how many people signed each: for those who handle facts about the client.
    pub async fn list_agreements(&self, asker: &Asker, client: ClientId) -> Result<Vec<AgreementListed>, Error> {
        let mut tx = self.store.write("list_agreements").await?;
        if asker.role == Role::Operator {
            know(&mut tx, asker, client).await?;
        } else {
            admit(&mut tx, asker, client).await?;
        }
        let found = agreements::list(&mut tx, client).await?;
        tx.abandon().await?;
        let listed = |a: agreements::Listed| AgreementListed {
            version: a.version,
            by: a.by.to_string(),
            created_at: a.at.to_string(),
            signed: a.signed,
        };
        Ok(found.into_iter().map(listed).collect())
    }

    async fn clear_for_agreement<'a>(
        &self,
        tx: &mut Tx,
        asker: &'a Asker,
        client: ClientId,
    ) -> Result<Clearance<'a>, Error> {
        // To an expert a client exists by the projects that are open to him.
        let mut eligible = asker.role != Role::Expert;
        if !eligible {
            unwalled(tx, asker, client).await?;
            for project in projects::of_client(tx, client).await? {
                let Some(gate) = projects::gate(tx, project, asker.member).await? else { continue };
                if experts::eligible::eligible(self, tx, asker, &gate).await? {
                    eligible = true;
                    break;
                }
            }
        }
        Ok(clear(tx, asker, client, Need::Agreement, eligible).await?)
    }
}
