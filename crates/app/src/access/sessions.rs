//! Signing in and out.

use super::{entry, new_secret, password, secret_hash, totp, whole};
use crate::{App, Asker, Error, work::give_back};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    hex::hex,
    ids::{ClientId, SessionId},
    time::Micros,
    work::assignment::{Purpose, State},
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    access::{installation, members, sessions, throttle},
    custody::{clearance::by, clients, walls},
    work::assignments::Live,
};

/// How long a session lasts at most.
pub const SESSION_US: i64 = 12 * Micros::HOUR;
/// How long a session lasts at most when nobody uses it.
pub const IDLE_US: i64 = 2 * Micros::HOUR;
/// Failed sign-ins an account or an address may have within the window.
const FAILURES_MAX: i64 = 10;
/// The window of failed sign-ins.
const WINDOW_US: i64 = 15 * Micros::MINUTE;

/// What a sign-in sends.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The code of the second factor, where the role needs one.
    #[serde(default)]
    pub code: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// The account.
    pub member: String,
    /// The human.
    pub person: String,
    /// His name.
    pub name: String,
    /// His address.
    pub email: String,
    /// What he is here.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// The clients he was granted.
    pub clients: Vec<ClientFace>,
    /// Whether one person may be admin and custodian here.
    pub one_person_installation: bool,
}

/// A client as whoever may know of it sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientFace {
    /// Its id.
    pub id: String,
    /// Shown instead of its name.
    pub code_name: String,
    /// Index into the palette of the screens, 0 to 7.
    pub colour: u8,
}

/// A session that began: the secret goes into the cookie and nowhere else.
pub struct Begun {
    /// For the cookie.
    pub secret: String,
    /// Who it is.
    pub asker: Asker,
}

impl App {
    /// Signs in by password and, for every role but expert, a code. `address` is where the request came from.
    pub async fn sign_in(&self, sent: &Credentials, address: &str, device: Device) -> Result<Begun, Error> {
        let wrong =
            || Error::Unsigned { slug: "wrong_credentials", detail: "the address, the password or the code is wrong" };
        let now = self.now();
        let key = self.store.keys().installation("throttle");
        let keys = [
            key.keyed("account", &[sent.email.trim().to_lowercase().as_bytes()]),
            key.keyed("address", &[address.as_bytes()]),
        ];
        let hash = self.try_counted(&sent.email, &keys, now).await?;
        let knows = sent.password.len() <= password::BYTES_MAX
            && password::verify(sent.password.clone(), hash.as_deref()).await;

        let mut tx = self.store.write("sign_in").await?;
        // Read again under its lock: the code of a step is taken once, also of two requests at once.
        let found = members::sign_in(&mut tx, &sent.email).await?.filter(|f| knows && f.password_hash == hash);
        let step = found
            .as_ref()
            .and_then(|f| Some((f.totp.as_ref()?, f.totp_step)))
            .map(|(secret, last)| sent.code.as_deref().and_then(|code| totp::check(secret, code, now.0, last)));
        let refused = |reason: &str| {
            let entry = entry(self, Act::SessionRefused).because("reason", reason);
            entry.of("account", hex(&keys[0]))
        };
        match (&found, step) {
            (Some(f), None) if f.role.needs_code() => {
                tx.commit([refused("no_second_factor")]).await?;
                return Err(Error::state(
                    "second_factor_missing",
                    "this account has no second factor; ask for a new invitation",
                ));
            }
            (Some(_), Some(None)) if sent.code.is_none() => {
                // Whoever is asked for a code has guessed nothing yet.
                for key in &keys {
                    throttle::uncount(&mut tx, key).await?;
                }
                tx.commit([refused("code_required")]).await?;
                return Err(Error::Unsigned { slug: "code_required", detail: "a code of the second factor is needed" });
            }
            (Some(_), None | Some(Some(_))) => {}
            (None, _) | (_, Some(None)) => {
                tx.commit([refused("wrong")]).await?;
                return Err(wrong());
            }
        }
        let Some(found) = found else { return Err(wrong()) };
        if let Some(Some(step)) = step {
            members::used_step(&mut tx, found.entered, step).await?;
        }
        throttle::forgive(&mut tx, &keys[0]).await?;
        throttle::uncount(&mut tx, &keys[1]).await?;
        self.begin(tx, Asker { device, ..found.asker() }).await
    }

    /// Counts a try before its password is looked at, so that a thousand at once are a thousand tries. Refuses when
    /// there were too many. Returns the hash that the password is to meet.
    async fn try_counted(&self, email: &str, keys: &[[u8; 32]; 2], now: Micros) -> Result<Option<String>, Error> {
        let since = now.plus(-WINDOW_US);
        let mut tx = self.store.write("sign_in").await?;
        for (key, factor) in keys.iter().zip([1, 10]) {
            // Counted first: the row is locked then, also where it is new.
            throttle::failed(&mut tx, key, since, now).await?;
            if throttle::failures(&mut tx, key, since).await? > FAILURES_MAX * factor {
                return Err(Error::Throttled { retry_after_s: 900 });
            }
        }
        let found = members::sign_in(&mut tx, email).await?;
        tx.commit([entry(self, Act::SessionTried).of("account", hex(&keys[0]))]).await?;
        Ok(found.and_then(|f| f.password_hash))
    }

    /// Signs in by a link that works once: only an account that was made at the machine and has no password. No link
    /// goes round anybody's password and second factor. Why a link opens nothing is told to whoever holds it: nobody
    /// guesses one, so it tells no stranger of an account.
    pub async fn sign_in_by_link(&self, secret: &str, device: Device) -> Result<Begun, Error> {
        let refused = |slug, detail| Error::Unsigned { slug, detail };
        let (hash, now) = (secret_hash(secret), self.now());
        let mut tx = self.store.write("sign_in").await?;
        match sessions::find_link(&mut tx, &hash).await? {
            None => return Err(refused("link_unknown", "there is no such link here")),
            Some((Some(_), _)) => return Err(refused("link_used", "this link was used already")),
            Some((None, expires)) if expires <= now => {
                return Err(refused("link_expired", "this link has expired"));
            }
            Some(_) => {}
        }
        let over = || refused("link_closed", "this link opens nothing any more");
        let asker = sessions::use_link(&mut tx, &hash, now).await?.ok_or_else(over)?;
        if members::has_password(&mut tx, asker.member).await? {
            return Err(over());
        }
        self.begin(tx, Asker { device, ..asker }).await
    }

    /// Makes a link that signs a member in once within an hour: for the people of the demo, who have no password.
    /// [`Error::Forbidden`] to whoever has one.
    pub async fn make_sign_in_link(&self, asker: &Asker) -> Result<String, Error> {
        let secret = new_secret();
        let mut tx = self.store.write("sign_in_link").await?;
        if members::has_password(&mut tx, asker.member).await? {
            return Err(Error::Forbidden("this account signs in by its password; a link would go round it"));
        }
        sessions::insert_link(&mut tx, &secret_hash(&secret), asker.member, self.now().plus(Micros::HOUR)).await?;
        tx.commit([entry(self, Act::SignInLinkCreated).of("member", asker.member.to_string())]).await?;
        Ok(secret)
    }

    async fn begin(&self, tx: vouchsafe_store::Tx, asker: Asker) -> Result<Begun, Error> {
        self.begin_with(tx, asker, Vec::new()).await
    }

    /// Begins a session in a transaction that did something else first, with the entries of that.
    pub(crate) async fn begin_with(
        &self,
        mut tx: vouchsafe_store::Tx,
        mut asker: Asker,
        mut entries: Vec<Entry>,
    ) -> Result<Begun, Error> {
        let (now, id, secret) = (self.now(), SessionId(self.id()), new_secret());
        sessions::insert(&mut tx, id, &secret_hash(&secret), asker.member, now, now.plus(SESSION_US)).await?;
        asker.door = format!("session:{id}");
        entries.push(by(entry(self, Act::SessionStarted), &asker));
        tx.commit(entries).await?;
        Ok(Begun { secret, asker })
    }

    /// Ends the session of this secret, or (without one) all of the member. Prefetched assignments go back.
    pub async fn sign_out(&self, asker: &Asker, secret: Option<&str>) -> Result<(), Error> {
        whole(asker)?;
        let mut tx = self.store.write("sign_out").await?;
        let hash = secret.map(secret_hash);
        let ended = sessions::end(&mut tx, asker.member, hash.as_ref(), self.now()).await?;
        let prefetched = |live: &Live| live.state == State::Leased && live.purpose == Purpose::Prefetch;
        let mut entries = give_back::end_all(self, &mut tx, asker, asker.member, "signed_out", prefetched).await?;
        entries
            .push(by(entry(self, Act::SessionEnded), asker).because("ended", i64::try_from(ended).unwrap_or(i64::MAX)));
        tx.commit(entries).await?;
        self.forget_sessions(asker.member);
        Ok(())
    }

    /// Who is signed in, with the clients he was granted: of those, by a token that is bound to one client, that one alone.
    pub async fn me(&self, asker: &Asker) -> Result<Me, Error> {
        let mut tx = self.store.write("me").await?;
        let listed = members::get(&mut tx, asker.member).await?.ok_or(Error::NotFound)?;
        let mut faces = Vec::new();
        let granted = clients::granted(&mut tx, asker.member).await?;
        let ids: Vec<_> = granted.iter().map(|client| client.id).collect();
        let shown = walls::shows(&mut tx, asker.person, &ids).await?;
        let within = |client: ClientId| asker.only_client.is_none_or(|only| only == client);
        for (client, _) in granted.into_iter().zip(shown).filter(|(client, shown)| *shown && within(client.id)) {
            faces.push(ClientFace {
                id: client.id.to_string(),
                code_name: client.face.code_name,
                colour: client.face.colour,
            });
        }
        let one_person_installation = installation::one_person(&mut tx).await?;
        tx.abandon().await?;
        Ok(Me {
            member: asker.member.to_string(),
            person: asker.person.to_string(),
            name: listed.name,
            email: listed.email,
            role: Role::word(listed.role),
            clients: faces,
            one_person_installation,
        })
    }
}
