//! Who is called what in a list of requests.

use super::RequestListed;
use crate::{Asker, Error};
use std::collections::HashMap;
use vouchsafe_domain::ids::MemberId;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        clearance::Clearance,
        requests::{Kind, Request},
    },
};

/// Who is called what in a list of requests.
pub(super) struct Names<'a> {
    asker: &'a Asker,
    of_installation: bool,
    known: HashMap<MemberId, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(asker: &'a Asker, of_installation: bool) -> Self {
        Self { asker, of_installation, known: HashMap::new() }
    }

    async fn name(&mut self, tx: &mut Tx, member: MemberId) -> Result<String, Error> {
        if let Some(name) = self.known.get(&member) {
            return Ok(name.clone());
        }
        let name = members::get(tx, member).await?.map(|found| found.name).unwrap_or_default();
        self.known.insert(member, name.clone());
        Ok(name)
    }

    /// A custodian of the installation is told names; a client's own people pseudonyms, and no rival's id.
    pub(super) async fn fill(
        &mut self,
        tx: &mut Tx,
        request: &Request,
        inside: Option<&Clearance<'_>>,
        one: &mut RequestListed,
    ) -> Result<(), Error> {
        if self.of_installation || request.asked_person == self.asker.person {
            one.asked_by_name = Some(self.name(tx, request.asked_by).await?);
        }
        let Some(person) = request.person else { return Ok(()) };
        if self.of_installation || person == self.asker.person {
            let member = match request.member {
                Some(member) => Some(member),
                None => members::of_person(tx, person).await?.first().map(|first| first.member),
            };
            one.member = member.map(|member| member.to_string());
            one.person = match member {
                Some(member) => Some(self.name(tx, member).await?),
                None => None,
            };
        } else {
            one.person = inside.map(|clearance| clearance.pseudonym(person));
            if request.kind == Kind::Waiver {
                let own = |id: &String| inside.is_none_or(|clearance| clearance.client().to_string() == *id);
                (one.member, one.client) = (None, one.client.take().filter(own));
            }
        }
        Ok(())
    }
}
