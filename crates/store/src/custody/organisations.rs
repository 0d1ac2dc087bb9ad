//! Organisations: the nodes of the conflict graph. A client is one under its own id; its names stay with the client.

use super::{
    face::Face,
    own::{open_own, seal_own},
};
use crate::{Error, Tx, vals};
use std::str::FromStr;
use vouchsafe_domain::{ids::OrganisationId, time::Micros};

/// What an organisation is to us.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Its data is here.
    Client,
    /// Owns this installation, or a part of it.
    Owner,
    /// Somebody here works, worked or will work for it.
    Employer,
    /// Does what we do.
    Vendor,
}

/// The text names no kind of organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `client`, `owner`, `employer`, `vendor`")]
pub struct UnknownKind;

impl Kind {
    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Owner => "owner",
            Self::Employer => "employer",
            Self::Vendor => "vendor",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let all = [Self::Client, Self::Owner, Self::Employer, Self::Vendor];
        all.into_iter().find(|kind| kind.word() == text).ok_or(UnknownKind)
    }
}

/// An organisation as custodians see it.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: Kind,
    /// What it is called; a client's code name.
    pub name: String,
    /// When it was entered.
    pub created_at: Micros,
}

/// Enters an organisation.
pub async fn insert(tx: &mut Tx, id: OrganisationId, kind: Kind, name: Option<&str>, at: Micros) -> Result<(), Error> {
    let name = name.map(|name| seal_own(tx, "organisation", &id.to_string(), name));
    tx.exec(
        "insert into organisation (id, kind, name_sealed, created_us) values ($1, $2, $3, $4)",
        vals![id, kind.word(), name, at],
    )
    .await?;
    Ok(())
}

/// What kind of organisation this is; `None` when there is none.
pub async fn kind(tx: &mut Tx, id: OrganisationId) -> Result<Option<Kind>, Error> {
    let row = tx.one("select kind from organisation where id = $1", vals![id]).await?;
    row.map(|row| row.id(0)).transpose()
}

/// What is read of one organisation: its own name, or the names of the client that it is.
struct Read {
    id: OrganisationId,
    kind: Kind,
    name: Option<String>,
    face: Option<Face>,
    created_at: Micros,
}

async fn read_all(tx: &mut Tx) -> Result<Vec<Read>, Error> {
    let rows = tx
        .q(
            "select o.id, o.kind, o.name_sealed, o.created_us, c.face_sealed
               from organisation o left join client c on c.id = o.id
              order by o.created_us, o.id limit 100000",
            &[],
        )
        .await?;
    let of_clients = tx.keys().installation("client");
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = row.opt_sealed(2)?.map(|sealed| open_own(tx, "organisation", row.text(0)?, &sealed)).transpose()?;
        let face = row.opt_sealed(4)?.map(|sealed| Face::open(&of_clients, row.text(0)?, &sealed)).transpose()?;
        all.push(Read { id: row.id(0)?, kind: row.id(1)?, name, face, created_at: row.at(3)? });
    }
    Ok(all)
}

/// Every organisation, in order of coming, at most 100,000.
pub async fn list(tx: &mut Tx) -> Result<Vec<Organisation>, Error> {
    let shown = |one: Read| Organisation {
        id: one.id,
        kind: one.kind,
        name: one.name.or(one.face.map(|face| face.code_name)).unwrap_or_default(),
        created_at: one.created_at,
    };
    Ok(read_all(tx).await?.into_iter().map(shown).collect())
}

/// What every organisation is called: a client by its name and by its code name. At most 100,000 organisations.
pub(crate) async fn names(tx: &mut Tx) -> Result<Vec<(OrganisationId, String)>, Error> {
    let called = |one: Read| {
        let of_client = one.face.map(|face| [face.name, face.code_name]).into_iter().flatten();
        one.name.into_iter().chain(of_client).map(move |name| (one.id, name))
    };
    Ok(read_all(tx).await?.into_iter().flat_map(called).collect())
}
