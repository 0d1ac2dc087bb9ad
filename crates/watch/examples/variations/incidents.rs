//! The seven ways of taking that a variation hides in a trail, each as strong or as weak as its style draws it.

use crate::chance::Chance;
use crate::company::{CLASSES, RIVALS, Style, letter};
use crate::trail::{Act, Incident, Trail};

pub(crate) fn all(trail: &mut Trail, style: &Style, chance: &mut Chance) {
    type Make = fn(&mut Trail, usize, usize, i64, f64, &mut Chance);
    let kinds: [(&'static str, Make); 6] = [
        ("departing_solicit", departing),
        ("abrupt_bulk", bulk),
        ("low_slow", slow),
        ("folder_recreate", folders),
        ("share_personal", share),
        ("browse_all", browse),
    ];
    let mut free: Vec<usize> = (0..trail.company.people.len())
        .filter(|&one| trail.company.people[one].first_day < 0 && trail.company.people[one].last_day > 999)
        .collect();
    chance.shuffle(&mut free);
    let mut kinds = kinds.to_vec();
    let whole = style.world.matters > kinds.len();
    if !whole {
        chance.shuffle(&mut kinds);
        kinds.truncate(style.world.matters);
    }
    for (kind, make) in kinds {
        let Some(person) = free.pop() else { return };
        let incident = open(trail, kind, vec![person]);
        let day = workday(chance.whole(15, style.days - 15), chance);
        make(trail, person, incident, day, style.intensity, chance);
    }
    if whole {
        pair(trail, &free, style, chance);
    }
}

fn open(trail: &mut Trail, kind: &'static str, people: Vec<usize>) -> usize {
    trail.incidents.push(Incident { kind, people });
    trail.incidents.len() - 1
}

fn workday(day: i64, chance: &mut Chance) -> i64 {
    if day % 7 >= 5 { day + 2 + chance.whole(0, 1) } else { day }
}

fn take(trail: &mut Trail, who: (usize, usize), day: i64, hour: f64, name: &'static str, doc: usize) {
    trail.act(who.0, day, hour, name, Some(doc)).incident = Some(who.1);
}

fn outside(trail: &mut Trail, who: (usize, usize), day: i64, hour: f64, name: &'static str, doc: usize) {
    let actor = trail.company.people[who.0].personal.clone();
    let act = trail.act(who.0, day, hour, name, Some(doc));
    act.actor = actor;
    act.incident = Some(who.1);
}

fn mine(trail: &Trail, person: usize, chance: &mut Chance) -> usize {
    let clients = &trail.company.people[person].clients;
    *chance.pick(clients)
}

#[expect(clippy::cast_possible_truncation, reason = "small counts")]
fn many(low: i64, high: i64, intensity: f64, chance: &mut Chance) -> i64 {
    (chance.whole(low, high) as f64 * intensity).round().max(1.0) as i64
}

fn departing(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    let rival = *chance.pick(&RIVALS);
    let who = (person, incident);
    for _ in 0..chance.whole(1, 2) {
        let act = trail.act(person, day - 8, 17.0, "delivery", None);
        act.target = format!("talent@{rival}");
        act.incident = Some(incident);
    }
    let act = trail.act(person, day - 2, 11.0, "add_event_guest", None);
    act.target = format!("ceo@{rival}");
    act.incident = Some(incident);
    let client = mine(trail, person, chance);
    let choosy = chance.between(0.85, 0.96);
    let mut shared = Vec::new();
    for step in 0..chance.whole(6, 16) {
        if (day + step) % 7 >= 5 || chance.happens(0.2) {
            continue;
        }
        for _ in 0..many(2, 20, intensity, chance) {
            let doc = trail.any(|of| of == client, choosy, chance);
            take(trail, who, day + step, chance.between(17.0, 23.9), "download", doc);
            shared.push(doc);
        }
    }
    for doc in shared.into_iter().take(4) {
        let personal = trail.company.people[person].personal.clone();
        let act = trail.act(person, day + 7, 18.0, "change_user_access", Some(doc));
        act.target = personal;
        act.incident = Some(incident);
        outside(trail, who, day + 7, 21.0, "download", doc);
    }
    for _ in 0..2 {
        let act = trail.act(person, day + 9, 12.0, "delivery", None);
        act.target = format!("ceo@{rival}");
        act.attachments = 2;
        act.incident = Some(incident);
    }
    trail.fact(day + 12, person, "notice", "");
}

fn bulk(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    let (hour, everywhere) = (chance.between(9.0, 19.0), chance.happens(0.6));
    let clients = trail.company.people[person].clients.clone();
    for _ in 0..many(60, 160, intensity, chance) {
        let doc = trail.any(|of| everywhere || clients.contains(&of), 0.93, chance);
        take(trail, (person, incident), day, hour + chance.unit(), "download", doc);
    }
}

fn slow(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    let day = day.min(trail.days - 26);
    let clients = trail.company.people[person].clients.clone();
    for at in day..(day + chance.whole(24, 40)).min(trail.days) {
        if at % 7 < 5 {
            for _ in 0..many(1, 7, intensity, chance) {
                let doc = trail.any(|of| clients.contains(&of), 0.93, chance);
                take(trail, (person, incident), at, chance.between(11.0, 17.0), "download", doc);
            }
        }
    }
}

fn folders(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    let client = mine(trail, person, chance);
    let who = (person, incident);
    for class in [6, 4, 3] {
        let act = trail.act(person, day, 16.0, "create", None);
        act.title = format!("Customer {} {}", letter(client), CLASSES[class].0);
        act.incident = Some(incident);
    }
    let mut copied = Vec::new();
    for step in 0..chance.whole(1, 4) {
        for _ in 0..many(5, 14, intensity, chance) {
            let doc = trail.any(|of| of == client, 0.95, chance);
            let hour = chance.between(12.0, 18.0);
            take(trail, who, day + step, hour, "source_copy", doc);
            let title = format!("Copy of {}", trail.company.docs[doc].title);
            let act = trail.act(person, day + step, hour, "copy", None);
            act.title = title;
            act.incident = Some(incident);
            copied.push(doc);
        }
    }
    let personal = trail.company.people[person].personal.clone();
    let act = trail.act(person, day + 6, 20.0, "change_user_access", None);
    act.title = format!("Customer {} strategy", letter(client));
    act.target = personal;
    act.incident = Some(incident);
    for doc in copied {
        outside(trail, who, day + 6, 22.0, "source_copy", doc);
    }
}

fn share(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    let clients = trail.company.people[person].clients.clone();
    let personal = trail.company.people[person].personal.clone();
    for step in 0..chance.whole(1, 3) {
        for _ in 0..many(5, 16, intensity, chance) {
            let doc = trail.any(|of| clients.contains(&of), 0.97, chance);
            let hour = chance.between(10.0, 17.0);
            let act = trail.act(person, day + step, hour, "change_user_access", Some(doc));
            act.target.clone_from(&personal);
            act.incident = Some(incident);
            if chance.happens(0.6) {
                outside(trail, (person, incident), day + step, hour + 2.0, "download", doc);
            }
        }
    }
}

fn browse(trail: &mut Trail, person: usize, incident: usize, day: i64, intensity: f64, chance: &mut Chance) {
    for step in 0..chance.whole(2, 5) {
        for _ in 0..many(40, 110, intensity, chance) {
            let doc = trail.any(|_| true, 0.95, chance);
            let name = if chance.happens(0.25) { "preview" } else { "view" };
            take(trail, (person, incident), day + step, chance.between(13.0, 21.0), name, doc);
        }
    }
}

/// Two people of one client take one half each of what is confidential.
fn pair(trail: &mut Trail, free: &[usize], style: &Style, chance: &mut Chance) {
    let found = free.iter().enumerate().find_map(|(at, &one)| {
        let shared = |two: usize| {
            trail.company.people[one]
                .clients
                .iter()
                .copied()
                .find(|client| trail.company.people[two].clients.contains(client))
        };
        free[at + 1..].iter().find_map(|&two| shared(two).map(|client| (one, two, client)))
    });
    let Some((one, two, client)) = found else { return };
    let incident = open(trail, "colluding_pair", vec![one, two]);
    let mut all: Vec<usize> = (0..trail.company.docs.len())
        .filter(|&doc| trail.company.docs[doc].client == client && trail.company.docs[doc].confidential())
        .collect();
    chance.shuffle(&mut all);
    all.truncate(usize::try_from(many(70, 130, style.intensity, chance)).unwrap_or(100));
    let day = workday(chance.whole(16, style.days - 16), chance);
    let mail = trail.company.people[two].email.clone();
    let act: &mut Act = trail.act(one, day, 11.0, "delivery", None);
    act.target = mail;
    act.incident = Some(incident);
    let days: Vec<i64> = (day..day + chance.whole(8, 15)).filter(|at| at % 7 < 5).collect();
    for (number, doc) in all.into_iter().enumerate() {
        let at = *chance.pick(&days);
        take(
            trail,
            (if number % 2 == 0 { one } else { two }, incident),
            at,
            chance.between(10.0, 20.0),
            "download",
            doc,
        );
    }
}
