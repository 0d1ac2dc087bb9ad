//! Profiles: what a person says of himself, and what others verified about him.

use super::credentials::{CredentialSent, held};
use crate::{
    App, Asker, Error,
    access::{entry, whole},
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{access::role::Role, ids::MemberId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::by,
    experts::profiles::{self, Degree, Profile},
};

/// Domains, degrees or languages of one profile.
const LIST_MAX: usize = 50;
/// Longest word or title, in bytes.
const TEXT_BYTES_MAX: usize = 200;

/// A degree.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DegreeSaid {
    /// As it is called.
    pub title: String,
    /// Who gave it.
    pub institution: String,
    /// When.
    #[serde(default)]
    pub year: Option<u32>,
}

/// What a person says of himself.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileSaid {
    /// Fields of work.
    pub domains: Vec<String>,
    /// Degrees.
    pub degrees: Vec<DegreeSaid>,
    /// Languages as BCP 47 tags, such as `en-GB`.
    pub languages: Vec<String>,
}

/// A person's profile with what was verified.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProfileSent {
    /// The account.
    pub member: String,
    /// As he said it.
    pub profile: ProfileSaid,
    /// Credentials that were not taken back, newest first.
    pub credentials: Vec<CredentialSent>,
}

impl ProfileSaid {
    fn check(&self) -> Result<Profile, Error> {
        let word = |path: String, text: &str| {
            let text = text.trim();
            if text.is_empty() || text.len() > TEXT_BYTES_MAX {
                return Err(Error::invalid(path, format!("must have 1 to {TEXT_BYTES_MAX} bytes")));
            }
            Ok(text.to_owned())
        };
        let counts =
            [("domains", self.domains.len()), ("degrees", self.degrees.len()), ("languages", self.languages.len())];
        if let Some((name, _)) = counts.into_iter().find(|(_, n)| *n > LIST_MAX) {
            return Err(Error::invalid(format!("/{name}"), format!("at most {LIST_MAX}")));
        }
        let mut profile = Profile::default();
        for (n, domain) in self.domains.iter().enumerate() {
            profile.domains.push(word(format!("/domains/{n}"), domain)?.to_lowercase());
        }
        for (n, tag) in self.languages.iter().enumerate() {
            let tag = word(format!("/languages/{n}"), tag)?;
            let part = |p: &str| !p.is_empty() && p.len() <= 8 && p.bytes().all(|b| b.is_ascii_alphanumeric());
            if !tag.split('-').all(part) {
                return Err(Error::invalid(format!("/languages/{n}"), "is not a language tag such as `en` or `pt-BR`"));
            }
            profile.languages.push(tag);
        }
        for (n, degree) in self.degrees.iter().enumerate() {
            if degree.year.is_some_and(|year| !(1900..=2200).contains(&year)) {
                return Err(Error::invalid(format!("/degrees/{n}/year"), "must be 1900 to 2200"));
            }
            profile.degrees.push(Degree {
                title: word(format!("/degrees/{n}/title"), &degree.title)?,
                institution: word(format!("/degrees/{n}/institution"), &degree.institution)?,
                year: degree.year,
            });
        }
        Ok(profile)
    }
}

fn said(profile: Profile) -> ProfileSaid {
    let degree = |d: Degree| DegreeSaid { title: d.title, institution: d.institution, year: d.year };
    ProfileSaid {
        domains: profile.domains,
        degrees: profile.degrees.into_iter().map(degree).collect(),
        languages: profile.languages,
    }
}

impl App {
    /// The caller's own profile.
    pub async fn own_profile(&self, asker: &Asker) -> Result<ProfileSent, Error> {
        whole(asker)?;
        let mut tx = self.store.write("own_profile").await?;
        let profile = said(profiles::get(&mut tx, asker.person).await?);
        let credentials = held(&mut tx, asker.person, self.now()).await?;
        tx.abandon().await?;
        Ok(ProfileSent { member: asker.member.to_string(), profile, credentials })
    }

    /// Writes the caller's own profile. What he may work on follows from it at once.
    pub async fn put_profile(&self, asker: &Asker, new: &ProfileSaid) -> Result<(), Error> {
        whole(asker)?;
        let profile = new.check()?;
        let mut tx = self.store.write("put_profile").await?;
        profiles::put(&mut tx, asker.person, &profile).await?;
        tx.commit([by(entry(self, Act::ProfileChanged), asker).of("person", asker.person.to_string())]).await?;
        Ok(())
    }

    /// Somebody's profile and what was verified, for those who choose and vet people: a reading that is recorded.
    pub async fn profile_of(&self, asker: &Asker, member: MemberId) -> Result<ProfileSent, Error> {
        whole(asker)?;
        if !matches!(asker.role, Role::Admin | Role::Operator | Role::Custodian) {
            return Err(Error::NotFound);
        }
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("profile_of").await?;
        let whose = hidden.known(&mut tx, asker, member).await?;
        let profile = said(profiles::get(&mut tx, whose.person).await?);
        let credentials = held(&mut tx, whose.person, self.now()).await?;
        let entry = by(entry(self, Act::ListSent), asker)
            .because("route", "GET /members/{member}/profile")
            .of("member", member.to_string())
            .of("credentials", credentials.iter().map(|c| c.id.clone()).collect::<Vec<_>>());
        tx.commit([entry]).await?;
        Ok(ProfileSent { member: member.to_string(), profile, credentials })
    }
}
