//! A made-up company: people, clients, documents, and what an ordinary day looks like.

use crate::chance::Chance;
use crate::worlds::World;

pub(crate) const DAY: i64 = 86_400;
pub(crate) const CLASSES: [(&str, bool, f64); 8] = [
    ("work-product", true, 0.37),
    ("guideline", false, 0.19),
    ("minutes", false, 0.15),
    ("contract", true, 0.09),
    ("pricing", true, 0.06),
    ("gold-set", true, 0.05),
    ("strategy", true, 0.05),
    ("contact-list", true, 0.04),
];
pub(crate) const RIVALS: [&str; 3] = ["rival-one.example", "rival-two.example", "rival-three.example"];
pub(crate) const PERSONAL: [&str; 4] = ["gmail.com", "outlook.com", "proton.me", "icloud.com"];
pub(crate) const VENDORS: [&str; 3] = ["payroll.example", "cloudhost.example", "lawfirm.example"];
pub(crate) const OWN: &str = "own.example";

/// What makes one variation differ from the next.
pub(crate) struct Style {
    pub(crate) people: usize,
    pub(crate) days: i64,
    pub(crate) activity: f64,
    pub(crate) person_shape: f64,
    pub(crate) day_shape: f64,
    pub(crate) zipf: f64,
    pub(crate) far: f64,
    pub(crate) look_alikes: f64,
    pub(crate) ticketed: f64,
    pub(crate) personal_known: f64,
    pub(crate) intensity: f64,
    pub(crate) incidents: bool,
    pub(crate) world: World,
}

impl Style {
    pub(crate) fn of(seed: u64, people: usize, days: i64, incidents: bool) -> Self {
        Self::within(World::usual(), seed, people, days, incidents)
    }

    /// A style in a world that may depart from what the engine was made for.
    pub(crate) fn within(world: World, seed: u64, people: usize, days: i64, incidents: bool) -> Self {
        let mut chance = Chance::new(seed ^ 0x5717_1e00);
        Self {
            people,
            days,
            activity: chance.between(0.6, 1.6),
            person_shape: chance.between(1.2, 3.5) * world.steadiness,
            day_shape: chance.between(0.7, 2.5) * world.steadiness,
            zipf: chance.between(0.7, 1.2),
            far: chance.between(0.03, 0.12),
            look_alikes: chance.between(0.6, 1.6) * world.look_alikes,
            ticketed: chance.between(0.3, 0.9),
            personal_known: chance.between(0.4, 0.8),
            intensity: chance.between(0.6, 1.3) * world.intensity,
            incidents,
            world,
        }
    }
}

pub(crate) struct Doc {
    pub(crate) id: String,
    pub(crate) client: usize,
    pub(crate) class: usize,
    pub(crate) title: String,
}

impl Doc {
    pub(crate) fn confidential(&self) -> bool {
        CLASSES[self.class].1
    }
}

pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) role: usize,
    pub(crate) clients: Vec<usize>,
    pub(crate) offset: i64,
    pub(crate) personal: String,
    pub(crate) personal_known: bool,
    /// Documents in the order of how much they are used, and the running sum of their weights.
    pub(crate) desk: Vec<usize>,
    pub(crate) weights: Vec<f64>,
    pub(crate) rates: [f64; 9],
    pub(crate) hour: f64,
    pub(crate) first_day: i64,
    pub(crate) last_day: i64,
}

pub(crate) const ROLES: [&str; 5] = ["expert", "ops", "sales", "lead", "finance"];
/// View, download, copy, print, create, upload, mail, share, invite: acts a working day.
const RATES: [[f64; 9]; 5] = [
    [3.7, 0.33, 0.07, 0.02, 0.2, 0.2, 0.9, 0.11, 0.1],
    [6.8, 1.3, 0.25, 0.03, 0.46, 0.5, 3.2, 0.56, 0.6],
    [5.5, 1.5, 0.13, 0.06, 0.37, 0.28, 5.5, 0.69, 1.0],
    [5.0, 0.8, 0.08, 0.05, 0.3, 0.17, 3.6, 0.7, 1.1],
    [5.5, 2.4, 0.28, 0.28, 0.36, 0.54, 4.0, 0.65, 0.4],
];

pub(crate) struct Company {
    pub(crate) docs: Vec<Doc>,
    pub(crate) people: Vec<Person>,
    pub(crate) clients: usize,
}

impl Company {
    pub(crate) fn new(style: &Style, chance: &mut Chance) -> Self {
        let clients = 10;
        let mut company = Self { docs: Vec::new(), people: Vec::new(), clients };
        let scale = 18.0 * style.people as f64;
        for client in 0..clients {
            let share = 1.0 / (client as f64 + 1.5) / 2.2;
            for number in 0..(60 + chance.poisson(scale * share)) {
                let class = class(chance);
                let title = format!(
                    "Customer {} {} {} {number}",
                    letter(client),
                    CLASSES[class].0,
                    chance.pick(&["v1", "Q2", "final", "draft"])
                );
                company.docs.push(Doc {
                    id: format!("doc{client:02}x{number:06}{:08x}", chance.next() >> 32),
                    client,
                    class,
                    title,
                });
            }
        }
        for number in 0..style.people {
            let role = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4][chance.below(11)];
            let many = [1, 3, 2, 4, 5][role];
            let mut of: Vec<usize> = (0..clients).collect();
            chance.shuffle(&mut of);
            of.truncate(many);
            let person = chance.gamma(style.person_shape).max(0.05);
            let mut rates = RATES[role].map(|rate| rate * style.activity * person * chance.gamma(4.0));
            rates.iter_mut().zip(style.world.mix).for_each(|(rate, times)| *rate *= times);
            let mut one = Person {
                email: format!("p{number}@{OWN}"),
                role,
                clients: of,
                offset: *chance.pick(style.world.zones_min) * 60,
                personal: format!("p{number}@{}", chance.pick(&PERSONAL)),
                personal_known: chance.happens(style.personal_known),
                desk: Vec::new(),
                weights: Vec::new(),
                rates,
                hour: chance.between(11.0, 14.0),
                first_day: -1,
                last_day: i64::MAX,
            };
            company.sit(&mut one, style.zipf, chance);
            company.people.push(one);
        }
        company
    }

    /// Lay out anew what somebody works with.
    pub(crate) fn sit(&self, person: &mut Person, zipf: f64, chance: &mut Chance) {
        let mut desk: Vec<usize> =
            (0..self.docs.len()).filter(|&doc| person.clients.contains(&self.docs[doc].client)).collect();
        chance.shuffle(&mut desk);
        let mut sum = 0.0;
        person.weights = (0..desk.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.0).powf(zipf);
                sum
            })
            .collect();
        person.desk = desk;
    }

    pub(crate) fn usual(&self, person: usize, far: f64, chance: &mut Chance) -> usize {
        let person = &self.people[person];
        if chance.happens(far) {
            return chance.below(self.docs.len());
        }
        let at = chance.unit() * person.weights.last().copied().unwrap_or(1.0);
        person.desk[person.weights.partition_point(|sum| *sum < at).min(person.desk.len() - 1)]
    }
}

pub(crate) fn letter(client: usize) -> char {
    char::from(b'A' + u8::try_from(client).unwrap_or(0))
}

fn class(chance: &mut Chance) -> usize {
    let mut left = chance.unit();
    for (class, (_, _, share)) in CLASSES.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return class;
        }
    }
    0
}
