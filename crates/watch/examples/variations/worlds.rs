//! Worlds: what may be otherwise in a real company than in the one that the engine was developed on. Each departs in one thing,
//! so that what it costs can be told.

use crate::chance::Chance;
use crate::company::{CLASSES, Person, Style, letter};
use crate::trail::Trail;

/// The shape in which the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Google's Reports API, read by the fast reader.
    Reports,
    /// The same with parameters as an object, read by mapping.
    Flat,
    /// Microsoft 365's unified audit log, read by mapping.
    M365,
}

/// One world.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) name: &'static str,
    /// Times of what is usual: view, download, copy, print, create, upload, mail, share, invite.
    pub(crate) mix: [f64; 9],
    /// Where people live, minutes east of UTC, and whether the directory says so.
    pub(crate) zones_min: &'static [i64],
    pub(crate) zones_told: bool,
    pub(crate) summer_from: Option<i64>,
    /// Days of the week that are free, from Monday on, and how busy each day is.
    pub(crate) free_days: &'static [i64],
    pub(crate) weekday: [f64; 7],
    /// Days on which nobody works, and how busy the three days after them are.
    pub(crate) shut: (i64, i64),
    pub(crate) after: f64,
    /// How busy the last five working days of a month are.
    pub(crate) month_end: f64,
    pub(crate) quarter: f64,
    /// Times of the usual shape: below 1 people and days differ more.
    pub(crate) steadiness: f64,
    /// The roles that the directory knows: 0 none, else each role in so many parts.
    pub(crate) role_parts: usize,
    /// A new customer in the middle of the trail, whose documents a fifth of all people fetch; nobody was told.
    pub(crate) launch: bool,
    /// Accounts of programs that fetch files all day, from the first day or from the 30th.
    pub(crate) robots: usize,
    pub(crate) robots_from: i64,
    /// The share of all documents that the catalogue lists.
    pub(crate) listed: f64,
    pub(crate) look_alikes: f64,
    pub(crate) intensity: f64,
    /// Files beside the log that are not there: `people`, `docs`, `domains`, `lifecycle`.
    pub(crate) left_out: &'static [&'static str],
    pub(crate) shape: Shape,
    /// Matters hidden, at most.
    pub(crate) matters: usize,
}

impl World {
    pub(crate) const fn usual() -> Self {
        Self {
            name: "as developed on",
            mix: [1.0; 9],
            zones_min: &[-420, -240, 0, 60, 120, 300],
            zones_told: true,
            summer_from: None,
            free_days: &[5, 6],
            weekday: [1.0; 7],
            shut: (0, 0),
            after: 1.0,
            month_end: 1.0,
            quarter: 1.5,
            steadiness: 1.0,
            role_parts: 1,
            launch: false,
            robots: 0,
            robots_from: 0,
            listed: 1.0,
            look_alikes: 1.0,
            intensity: 1.0,
            left_out: &[],
            shape: Shape::Reports,
            matters: 7,
        }
    }

    /// Whether anybody works on `day`.
    pub(crate) fn here(&self, day: i64) -> bool {
        !(self.shut.0..self.shut.1).contains(&day)
    }

    /// How busy everybody is on `day`.
    pub(crate) fn busy(&self, day: i64) -> f64 {
        let after = if (self.shut.1..self.shut.1 + 3).contains(&day) { self.after } else { 1.0 };
        // The log begins on the fifth of a month.
        let end = if (day + 4) % 30 >= 23 { self.month_end } else { 1.0 };
        self.weekday[usize::try_from(day % 7).unwrap_or(0)] * after * end
    }

    /// The role that the directory names.
    pub(crate) fn role(&self, usual: &str, number: usize) -> String {
        match self.role_parts {
            0 => String::new(),
            1 => usual.to_owned(),
            parts => format!("{usual} {}", number % parts),
        }
    }
}

/// Every world that is measured.
pub(crate) fn all() -> Vec<World> {
    let usual = World::usual;
    let without = |name, left_out| World { name, left_out, ..usual() };
    vec![
        usual(),
        World { name: "much is fetched", mix: [0.5, 4.0, 2.0, 3.0, 1.0, 1.0, 0.5, 1.0, 1.0], ..usual() },
        World { name: "little is fetched", mix: [2.0, 0.15, 0.2, 0.2, 1.0, 1.0, 2.0, 1.0, 1.0], ..usual() },
        World { name: "much is shared and copied", mix: [1.0, 1.0, 8.0, 1.0, 3.0, 1.0, 1.0, 4.0, 2.0], ..usual() },
        World { name: "everybody in one zone, UTC+9", zones_min: &[540], ..usual() },
        World { name: "zones from -11 to +13", zones_min: &[-660, -210, 0, 330, 345, 570, 780], ..usual() },
        World { name: "zones untold", zones_told: false, ..usual() },
        World { name: "clocks change on day 30", summer_from: Some(30), ..usual() },
        World { name: "Friday and Saturday are free", free_days: &[4, 5], ..usual() },
        World { name: "nobody is off at weekends", free_days: &[], ..usual() },
        World { name: "Mondays three times Fridays", weekday: [1.8, 1.2, 1.0, 0.8, 0.6, 1.0, 1.0], ..usual() },
        World { name: "shut for ten days, then twice as busy", shut: (25, 35), after: 2.0, ..usual() },
        World { name: "month ends three times as busy", month_end: 3.0, ..usual() },
        World { name: "quarter end four times as busy", quarter: 4.0, ..usual() },
        World { name: "people and days differ more", steadiness: 0.5, ..usual() },
        World { name: "roles unknown", role_parts: 0, ..usual() },
        World { name: "roles of a few people each", role_parts: 10, ..usual() },
        World { name: "a new customer that nobody told of", launch: true, ..usual() },
        World { name: "two programs fetch files all along", robots: 2, ..usual() },
        World { name: "two programs fetch files from day 30 on", robots: 2, robots_from: 30, ..usual() },
        World { name: "half of all documents are listed", listed: 0.5, ..usual() },
        World { name: "three times as many look-alikes", look_alikes: 3.0, ..usual() },
        World { name: "taking half as strong", intensity: 0.5, ..usual() },
        without("no people", &["people"]),
        without("no catalogue", &["docs"]),
        without("no domains", &["domains"]),
        without("no facts", &["lifecycle"]),
        without("domains alone", &["people", "docs", "lifecycle"]),
        without("the log alone", &["people", "docs", "domains", "lifecycle"]),
        World { name: "Google, flat", shape: Shape::Flat, ..usual() },
        World { name: "Microsoft 365", shape: Shape::M365, ..usual() },
    ]
}

/// What a world does before ordinary days begin.
pub(crate) fn before(trail: &mut Trail, style: &Style, chance: &mut Chance) {
    if style.world.launch {
        launch(trail, style, chance);
    }
    for number in 0..style.world.robots {
        robot(trail, number, style, chance);
    }
}

/// A fifth of all people begin to work for one more customer, and fetch what they need within two weeks.
fn launch(trail: &mut Trail, style: &Style, chance: &mut Chance) {
    let client = trail.company.clients - 1;
    let day = style.days / 2;
    for person in 0..trail.company.people.len() {
        if !chance.happens(0.2) || trail.company.people[person].clients.contains(&client) {
            continue;
        }
        trail.company.people[person].clients.push(client);
        for _ in 0..chance.poisson(25.0) {
            let doc = trail.any(|of| of == client, 0.0, chance);
            let at = day + chance.whole(0, 13);
            let name = if chance.happens(0.6) { "view" } else { "download" };
            trail.act(person, at, 13.0 + 2.0 * chance.normal(), name, Some(doc));
        }
    }
}

/// The account of a program: it fetches whatever is new or changed, a hundred files a day, at night too.
fn robot(trail: &mut Trail, number: usize, style: &Style, chance: &mut Chance) {
    let person = trail.company.people.len();
    trail.company.people.push(Person {
        email: format!("service{number}@{}", crate::company::OWN),
        role: 1,
        clients: (0..trail.company.clients).collect(),
        offset: 0,
        personal: format!("nobody{number}@gmail.com"),
        personal_known: false,
        desk: Vec::new(),
        weights: Vec::new(),
        rates: [0.0; 9],
        hour: 12.0,
        first_day: 0,
        last_day: style.days,
    });
    for day in style.world.robots_from..style.days {
        for _ in 0..chance.poisson(100.0) {
            let doc = chance.below(trail.company.docs.len());
            trail.act(person, day, chance.between(0.0, 23.9), "download", Some(doc));
        }
    }
}

/// An act as Microsoft's log tells it; `None` for what that log does not tell.
pub(crate) fn m365(
    number: usize,
    time: &str,
    actor: &str,
    name: &str,
    doc: (&str, &str),
    target: &str,
) -> Option<String> {
    let (operation, workload) = match name {
        "view" => ("FileAccessed", "SharePoint"),
        "preview" => ("FilePreviewed", "SharePoint"),
        "download" | "print" => ("FileDownloaded", "SharePoint"),
        "source_copy" => ("FileCopied", "SharePoint"),
        "create" => ("FolderCreated", "SharePoint"),
        "upload" => ("FileUploaded", "OneDrive"),
        "change_user_access" => ("AddedToSecureLink", "SharePoint"),
        "delivery" => ("Send", "Exchange"),
        "login_success" => ("UserLoggedIn", "AzureActiveDirectory"),
        _ => return None,
    };
    let (id, title) = doc;
    let shared = if target.is_empty() || workload != "SharePoint" {
        String::new()
    } else {
        format!(r#","TargetUserOrGroupName":"{target}","TargetUserOrGroupType":"Guest""#)
    };
    Some(format!(
        r#"{{"CreationTime":"{}","Id":"id{number}","Operation":"{operation}","RecordType":6,"UserId":"{actor}","Workload":"{workload}","ClientIP":"203.0.113.9","ObjectId":"{id}","SourceFileName":"{title}"{shared}}}"#,
        time.trim_end_matches(".000Z")
    ))
}

/// Which classes there are, for a catalogue that lists only some documents.
pub(crate) fn entry(doc: (&str, usize, usize), confidential: bool) -> String {
    let (id, client, class) = doc;
    let (letter, name) = (letter(client), CLASSES[class].0);
    format!(
        r#"{{"doc_id":"{id}","client":"Customer {letter}","cls":"{name}","confidential":{confidential},"folder_id":"f{letter}{class}"}}"#
    )
}
