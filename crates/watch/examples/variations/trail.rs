//! The trail that a company leaves: ordinary days, what only looks like taking, and its text as logs have it.

use crate::chance::Chance;
use crate::company::{Company, DAY, OWN, PERSONAL, RIVALS, ROLES, Style, VENDORS, letter};
use crate::worlds::{self, Shape, World};
use std::fmt::Write as _;

/// 2025-05-05 00:00 UTC, a Monday.
pub(crate) const START: i64 = 1_746_403_200;

pub(crate) struct Act {
    /// Seconds since the start.
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) name: &'static str,
    pub(crate) doc: Option<usize>,
    /// What stands in the title where there is no document of the catalogue.
    pub(crate) title: String,
    pub(crate) target: String,
    pub(crate) attachments: usize,
    pub(crate) incident: Option<usize>,
}

pub(crate) struct Incident {
    pub(crate) kind: &'static str,
    pub(crate) people: Vec<usize>,
}

pub(crate) struct Trail {
    pub(crate) company: Company,
    pub(crate) acts: Vec<Act>,
    pub(crate) facts: Vec<String>,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) days: i64,
    pub(crate) world: World,
}

impl Trail {
    pub(crate) fn new(seed: u64, style: &Style) -> Self {
        let mut chance = Chance::new(seed);
        let company = Company::new(style, &mut chance);
        let (acts, facts, incidents) = (Vec::new(), Vec::new(), Vec::new());
        let mut trail = Self { company, acts, facts, incidents, days: style.days, world: style.world.clone() };
        trail.look_alikes(style, &mut chance);
        crate::worlds::before(&mut trail, style, &mut chance);
        for person in 0..style.people {
            trail.ordinary(person, style, &mut chance);
        }
        if style.incidents {
            crate::incidents::all(&mut trail, style, &mut chance);
        }
        trail.acts.sort_by_key(|act| act.at);
        trail
    }

    pub(crate) fn fact(&mut self, day: i64, person: usize, fact: &str, more: &str) {
        self.facts.push(format!(
            r#"{{"date":"{}","email":"{}","fact":"{fact}"{more}}}"#,
            date(day),
            self.company.people[person].email
        ));
    }

    /// An act of `person` on their own `day`, at their own `hour`.
    pub(crate) fn act(
        &mut self,
        person: usize,
        day: i64,
        hour: f64,
        name: &'static str,
        doc: Option<usize>,
    ) -> &mut Act {
        let one = &self.company.people[person];
        #[expect(clippy::cast_possible_truncation, reason = "within a day")]
        let at = day * DAY + (hour.clamp(0.0, 23.99) * 3_600.0) as i64 - one.offset - self.summer_s(day);
        let actor = one.email.clone();
        self.push(Act {
            at,
            actor,
            name,
            doc,
            title: String::new(),
            target: String::new(),
            attachments: 0,
            incident: None,
        })
    }

    /// From the day on which clocks change, everybody does everything an hour earlier by UTC.
    fn summer_s(&self, day: i64) -> i64 {
        if self.world.summer_from.is_some_and(|from| day >= from) { 3_600 } else { 0 }
    }

    pub(crate) fn push(&mut self, act: Act) -> &mut Act {
        self.acts.push(act);
        let last = self.acts.len() - 1;
        &mut self.acts[last]
    }

    fn ordinary(&mut self, person: usize, style: &Style, chance: &mut Chance) {
        let away = if chance.happens(0.5) { chance.whole(0, style.days) } else { -100 };
        if away >= 0 {
            self.fact(away, person, "vacation", &format!(r#","until":"{}""#, date(away + 9)));
        }
        for day in self.company.people[person].first_day.max(0)..style.days.min(self.company.people[person].last_day) {
            let weekend = style.world.free_days.contains(&(day % 7));
            let here = style.world.here(day) && !(away..away + 10).contains(&day);
            if !here || !chance.happens(if weekend { 0.25 } else { 0.85 }) {
                continue;
            }
            let fresh = day - self.company.people[person].first_day;
            let settling = if self.company.people[person].first_day >= 0 && fresh < 14 { 2.2 } else { 1.0 };
            let quarter = if (50..57).contains(&(day % 90)) { style.world.quarter } else { 1.0 };
            let today = chance.gamma(style.day_shape) * quarter * settling * if weekend { 0.25 } else { 1.0 };
            let today = today * style.world.busy(day);
            self.day(person, day, today, style, chance);
        }
    }

    fn day(&mut self, person: usize, day: i64, today: f64, style: &Style, chance: &mut Chance) {
        const NAMES: [&str; 9] = [
            "view",
            "download",
            "source_copy",
            "print",
            "create",
            "upload",
            "delivery",
            "change_user_access",
            "add_event_guest",
        ];
        let rates = self.company.people[person].rates;
        let centre = self.company.people[person].hour;
        let mut login = chance.between(8.0, 10.0);
        for (name, rate) in NAMES.into_iter().zip(rates) {
            for _ in 0..chance.poisson(rate * today) {
                let hour = (centre + 2.6 * chance.normal()).clamp(5.0, 23.9);
                login = login.min(hour);
                let doc = self.company.usual(person, style.far, chance);
                let client = self.company.docs[doc].client;
                let other = chance.below(self.company.people.len());
                let other = self.company.people[other].email.clone();
                let lab = format!("pm{}@lab-{}.example", chance.below(30), letter(client).to_ascii_lowercase());
                let vendor = format!("v{}@{}", chance.below(30), chance.pick(&VENDORS));
                let odds = chance.unit();
                let stranger = format!("c{}@{}", chance.below(9_999), chance.pick(&PERSONAL));
                let act = self.act(
                    person,
                    day,
                    hour,
                    name,
                    (!matches!(name, "create" | "delivery" | "add_event_guest")).then_some(doc),
                );
                match name {
                    "create" if odds < 0.25 => act.title = format!("Customer {} notes", letter(client)),
                    "create" => act.title = "Untitled".into(),
                    "delivery" => {
                        act.target = if odds < 0.55 {
                            other
                        } else if odds < 0.83 {
                            lab
                        } else if odds < 0.97 {
                            vendor
                        } else {
                            stranger
                        };
                        act.attachments = usize::from((0.55..0.61).contains(&odds));
                        act.title = "Re: batch".into();
                    }
                    "change_user_access" => {
                        act.target = if odds < 0.7 {
                            other
                        } else if odds < 0.92 {
                            lab
                        } else {
                            vendor
                        }
                    }
                    "add_event_guest" => act.target = if odds < 0.66 { other } else { lab },
                    _ => {}
                }
            }
        }
        self.act(person, day, login - 0.02, "login_success", None);
    }

    fn look_alikes(&mut self, style: &Style, chance: &mut Chance) {
        let people = self.company.people.len();
        let some = |share: f64, chance: &mut Chance| chance.poisson(people as f64 * share * style.look_alikes);
        for _ in 0..some(0.04, chance) {
            self.exporter(chance.below(people), style, chance);
        }
        for _ in 0..some(0.05, chance) {
            let (person, day) = (chance.below(people), chance.whole(10, style.days - 15));
            self.company.people[person].first_day = day;
            self.fact(day, person, "hired", &format!(r#","role":"{}""#, ROLES[self.company.people[person].role]));
        }
        for _ in 0..some(0.025, chance) {
            let (person, day) = (chance.below(people), chance.whole(5, style.days - 10));
            self.fact(day, person, "moved", r#","clients":[]"#);
            for at in day..day + 7 {
                for _ in 0..chance.poisson(6.0) {
                    let doc = self.company.usual(person, 0.05, chance);
                    self.act(person, at, 13.0 + chance.normal(), "view", Some(doc));
                    if chance.happens(0.3) {
                        self.act(person, at, 13.0 + chance.normal(), "download", Some(doc));
                    }
                }
            }
        }
        for _ in 0..some(0.025, chance) {
            let (person, day) = (chance.below(people), chance.whole(10, style.days - 5));
            self.fact(day, person, "notice", &format!(r#","last_day":"{}""#, date(day + 10)));
            self.company.people[person].last_day = day + 10;
        }
        for _ in 0..some(0.025, chance) {
            let (person, day) = (chance.below(people), chance.whole(0, style.days - 1));
            let hour = chance.between(10.0, 17.0);
            for _ in 0..chance.whole(25, 60) {
                let mine = self.company.people[person].clients.clone();
                let doc = self.any(|doc| mine.contains(&doc), 0.0, chance);
                self.act(person, day, hour + chance.unit(), "download", Some(doc));
            }
        }
        for _ in 0..some(0.025, chance) {
            self.self_sharer(chance.below(people), style, chance);
        }
        for _ in 0..some(0.017, chance) {
            let (person, day) = (chance.below(people), chance.whole(0, style.days - 1));
            for _ in 0..chance.whole(40, 70) {
                let doc = chance.below(self.company.docs.len());
                self.act(person, day, chance.between(9.0, 18.0), "view", Some(doc));
            }
        }
        for _ in 0..some(0.02, chance) {
            let (person, friend) = (chance.below(people), format!("friend@{}", chance.pick(&RIVALS)));
            for day in 0..style.days {
                if day % 7 < 5 && chance.happens(0.1) {
                    let name = if chance.happens(0.7) { "delivery" } else { "add_event_guest" };
                    let act = self.act(person, day, 14.0 + chance.normal(), name, None);
                    act.attachments = usize::from(name == "delivery");
                    act.target.clone_from(&friend);
                }
            }
        }
        for _ in 0..some(0.02, chance) {
            let target = format!("talent@{}", chance.pick(&RIVALS));
            let day = chance.whole(0, style.days - 1);
            self.act(chance.below(people), day, 12.0, "add_event_guest", None).target = target;
        }
    }

    fn exporter(&mut self, person: usize, style: &Style, chance: &mut Chance) {
        let (mut day, every) = (chance.whole(0, 13), chance.whole(5, 14));
        let tickets = chance.happens(style.ticketed);
        while day < style.days {
            if day % 7 < 5 {
                let client = *chance.pick(&self.company.people[person].clients.clone());
                let (files, hour) = (chance.whole(25, 110), chance.between(9.0, 16.0));
                if tickets {
                    self.fact(
                        day,
                        person,
                        "approved_export",
                        &format!(r#","client":"Customer {}","files":{files}"#, letter(client)),
                    );
                }
                for _ in 0..files {
                    let doc = self.any(|of| of == client, 0.0, chance);
                    self.act(person, day, hour + chance.between(0.0, 1.5), "download", Some(doc));
                }
            }
            day += every + chance.whole(0, 2);
        }
    }

    fn self_sharer(&mut self, person: usize, style: &Style, chance: &mut Chance) {
        let personal = self.company.people[person].personal.clone();
        for day in 0..style.days {
            if !chance.happens(0.12) {
                continue;
            }
            let doc = self.company.usual(person, 0.0, chance);
            if self.company.docs[doc].confidential() && chance.happens(0.7) {
                continue;
            }
            let at = self.act(person, day, 15.0 + chance.normal(), "change_user_access", Some(doc));
            at.target.clone_from(&personal);
            let at = at.at;
            if chance.happens(0.5) {
                let actor = personal.clone();
                self.push(Act {
                    at: at + 7_200,
                    actor,
                    name: "download",
                    doc: Some(doc),
                    title: String::new(),
                    target: String::new(),
                    attachments: 0,
                    incident: None,
                });
            }
        }
    }

    /// Some document of a client that `client` accepts; a confidential one with probability `choosy`, else any.
    pub(crate) fn any(&self, client: impl Fn(usize) -> bool, choosy: f64, chance: &mut Chance) -> usize {
        let choosy = chance.happens(choosy);
        for _ in 0..100_000 {
            let doc = chance.below(self.company.docs.len());
            let one = &self.company.docs[doc];
            if client(one.client) && (!choosy || one.confidential()) {
                return doc;
            }
        }
        0
    }

    /// The trail as lines, in the shape of its world.
    pub(crate) fn lines(&self) -> String {
        let mut out = String::new();
        for (number, act) in self.acts.iter().enumerate() {
            if self.world.shape == Shape::M365 {
                let id = act.doc.map_or_else(|| format!("new{number}"), |doc| self.company.docs[doc].id.clone());
                let title = act.doc.map_or(act.title.as_str(), |doc| self.company.docs[doc].title.as_str());
                let told = worlds::m365(number, &time(act), &act.actor, act.name, (&id, title), &act.target);
                if let Some(told) = told {
                    out.push_str(&told);
                    out.push('\n');
                }
            } else {
                line(&mut out, number, act, &self.company);
            }
        }
        out
    }

    pub(crate) fn people(&self) -> String {
        let mut out = String::new();
        for (number, one) in self.company.people.iter().enumerate() {
            let clients: Vec<String> =
                one.clients.iter().map(|client| format!("\"Customer {}\"", letter(*client))).collect();
            let personal = if one.personal_known { format!("\"{}\"", one.personal) } else { "null".into() };
            let _ = writeln!(
                out,
                r#"{{"email":"{}","role":"{}","team":0,"clients":[{}],"utc_offset_h":{},"personal_email":{personal},"hired":"2024-01-01"}}"#,
                one.email,
                self.world.role(ROLES[one.role], number),
                clients.join(","),
                if self.world.zones_told { one.offset as f64 / 3_600.0 } else { 0.0 }
            );
        }
        out
    }

    pub(crate) fn docs(&self) -> String {
        let mut out = String::new();
        for (number, doc) in self.company.docs.iter().enumerate() {
            // Every other one, or every tenth is left out: by number, so that nothing is drawn.
            if (number % 10) as f64 >= self.world.listed * 10.0 {
                continue;
            }
            let _ = writeln!(out, "{}", worlds::entry((&doc.id, doc.client, doc.class), doc.confidential()));
        }
        out
    }

    pub(crate) fn domains(&self) -> String {
        let clients: Vec<String> = (0..self.company.clients)
            .map(|client| {
                format!(r#""Customer {}":"lab-{}.example""#, letter(client), letter(client).to_ascii_lowercase())
            })
            .collect();
        format!(
            r#"{{"own":"{OWN}","client":{{{}}},"rival":{RIVALS:?},"personal":{PERSONAL:?},"vendor":{VENDORS:?}}}"#,
            clients.join(",")
        )
    }
}

pub(crate) fn date(day: i64) -> String {
    vouchsafe_watch::time::Day(i32::try_from(START / DAY + day).unwrap_or(0)).to_string()
}

fn time(act: &Act) -> String {
    vouchsafe_watch::time::format_local((START + act.at) * 1_000_000, 0).replace("+00:00", ".000Z")
}

fn line(out: &mut String, number: usize, act: &Act, company: &Company) {
    let app = match act.name {
        "delivery" => "gmail",
        "add_event_guest" => "calendar",
        "login_success" => "login",
        _ => "drive",
    };
    let time = time(act);
    let _ = write!(
        out,
        r#"{{"kind":"admin#reports#activity","id":{{"time":"{time}","uniqueQualifier":"{number}","applicationName":"{app}","customerId":"C0"}},"actor":{{"callerType":"USER","email":"{}"}},"ipAddress":"203.0.113.9","events":[{{"type":"access","name":"{}","parameters":["#,
        act.actor, act.name
    );
    let title = act.doc.map_or(act.title.as_str(), |doc| company.docs[doc].title.as_str());
    let id = act.doc.map_or_else(|| format!("new{number}"), |doc| company.docs[doc].id.clone());
    let outside = !act.target.is_empty() && !act.target.ends_with(OWN);
    let visibility = if act.doc.is_none() {
        "private"
    } else if outside {
        "shared_externally"
    } else {
        "shared_internally"
    };
    let kind = if act.name == "create" && title.starts_with("Customer") { "folder" } else { "document" };
    let _ = match act.name {
        "delivery" => write!(
            out,
            r#"{{"name":"message_info","messageValue":{{"parameter":[{{"name":"subject","value":"{title}"}},{{"name":"flattened_destinations","value":"{}"}},{{"name":"num_message_attachments","intValue":"{}"}}]}}}}"#,
            act.target, act.attachments
        ),
        "add_event_guest" => {
            write!(out, r#"{{"name":"event_guest","value":"{}"}},{{"name":"event_title","value":"Sync"}}"#, act.target)
        }
        "login_success" => write!(out, r#"{{"name":"login_type","value":"google_password"}}"#),
        _ => {
            let _ = write!(
                out,
                r#"{{"name":"primary_event","boolValue":true}},{{"name":"billable","boolValue":true}},{{"name":"doc_id","value":"{id}"}},{{"name":"doc_type","value":"{kind}"}},{{"name":"doc_title","value":"{title}"}},{{"name":"visibility","value":"{visibility}"}},{{"name":"shared_drive_id","value":"Dusib0z9-0g_UagZsSn"}},{{"name":"owner_is_shared_drive","boolValue":{}}},{{"name":"is_encrypted","boolValue":false}}"#,
                act.doc.is_some()
            );
            if act.target.is_empty() {
                Ok(())
            } else {
                write!(
                    out,
                    r#",{{"name":"target_user","value":"{}"}},{{"name":"old_value","multiValue":["none"]}},{{"name":"new_value","multiValue":["can_edit"]}}"#,
                    act.target
                )
            }
        }
    };
    out.push_str("]}]}\n");
}
