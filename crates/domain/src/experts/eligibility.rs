//! The pool of a project: a rule over what was verified about an expert.
//!
//! As JSON: `{"credential":"md"}`, `{"language":"en"}`, `{"domain":"cardiology"}`, `{"members":["<id>"]}`,
//! `{"qualification":"<id of a course>"}`, joined by `{"all":[…]}` and `{"any":[…]}`; `{}` lets every expert in. The rule
//! is read once and asked often; it answers with what is missing, so that an expert can be told what would open the work.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::fault::{Faults, Path, Rule, Sink};
use crate::ids::{MemberId, ProjectId};
use crate::reader::Reader;
use crate::time::Micros;

/// Levels of `all` and `any` inside one another.
pub const DEPTH_MAX: usize = 6;
/// Conditions of one rule, `all` and `any` included.
pub const CONDITIONS_MAX: usize = 200;
/// Members that one condition names.
pub const MEMBERS_MAX: usize = 1_000;
/// Characters of a credential's kind, a language or a domain.
pub const WORD_CHARS_MAX: usize = 100;

/// Who may work on a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eligibility {
    /// Every expert.
    Anyone,
    /// Whoever meets each of these.
    All(Vec<Eligibility>),
    /// Whoever meets one of these.
    Any(Vec<Eligibility>),
    /// Whoever holds a verified credential of this kind that has not expired.
    Credential(String),
    /// Whoever speaks this language, as a BCP 47 tag; `en` is met by `en-GB`, not the other way round.
    Language(String),
    /// Whoever works in this domain.
    Domain(String),
    /// Nobody but these.
    Members(Vec<MemberId>),
    /// Whoever passed this course, as long as the pass counts.
    Qualification(ProjectId),
}

/// What is known about one expert, read in the transaction of the act. Kinds, languages and domains are compared
/// without regard to case.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The account that asks.
    pub member: MemberId,
    /// Verified credentials of the person, none of them revoked.
    pub credentials: &'a [Held],
    /// Languages of the profile, as BCP 47 tags.
    pub languages: &'a [String],
    /// Domains of the profile.
    pub domains: &'a [String],
    /// Courses the person passed.
    pub qualifications: &'a [Qualified],
    /// The moment of asking.
    pub now: Micros,
}

/// A verified credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its kind, such as `md`.
    pub kind: String,
    /// From when on it no longer counts.
    pub expires_at: Option<Micros>,
}

/// A course that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qualified {
    /// Which.
    pub course: ProjectId,
    /// From when on the pass no longer counts.
    pub expires_at: Option<Micros>,
}

/// One thing that keeps an expert out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No credential of this kind.
    Credential(String),
    /// The only credential of this kind ran out then.
    CredentialExpired {
        /// Its kind.
        kind: String,
        /// When it ran out.
        at: Micros,
    },
    /// The profile lacks this language.
    Language(String),
    /// The profile lacks this domain.
    Domain(String),
    /// This course was not passed.
    Course(ProjectId),
    /// The last pass of this course ran out then.
    CourseExpired {
        /// Which course.
        course: ProjectId,
        /// When it ran out.
        at: Micros,
    },
    /// The work is given to named members only. Who they are is not said.
    NotNamed,
    /// One of these, each a list of what it lacks, would do.
    OneOf(Vec<Vec<Missing>>),
}

impl Eligibility {
    /// Reads a rule.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place: unknown conditions, empty lists, ids that are none, a rule
    /// beyond [`DEPTH_MAX`] or [`CONDITIONS_MAX`].
    pub fn parse(json: &Value) -> Result<Self, Faults> {
        let (path, sink) = (Path::Root, Sink::default());
        if json.as_object().is_some_and(Map::is_empty) {
            return Ok(Self::Anyone);
        }
        let mut left = CONDITIONS_MAX;
        let read = Self::read(json, &path, &sink, DEPTH_MAX, &mut left);
        sink.finish(read)
    }

    fn read(json: &Value, path: &Path<'_>, sink: &Sink, depth_left: usize, left: &mut usize) -> Option<Self> {
        // Bounds the work as well as the rule: past the limit nothing more is read.
        let Some(fewer) = left.checked_sub(1) else {
            let rule = Rule::TooMany { got: CONDITIONS_MAX + 1, max: CONDITIONS_MAX, unit: "or more conditions" };
            sink.fault(path, rule);
            return None;
        };
        *left = fewer;
        let reader = Reader::new(json, path, sink)?;
        let before = sink.total();
        let mut conditions = Vec::with_capacity(1);
        for key in ["all", "any"] {
            if reader.get(key).is_none() {
                continue;
            }
            if depth_left == 0 {
                reader.fault(key, Rule::TooMany { got: DEPTH_MAX + 1, max: DEPTH_MAX, unit: "or more levels" });
                continue;
            }
            let at = path.key(key);
            let mut inner = Vec::new();
            for (n, json) in reader.list(key, 1, CONDITIONS_MAX)?.iter().enumerate() {
                inner.extend(Self::read(json, &at.index(n), sink, depth_left - 1, left));
                if *left == 0 && sink.total() > before {
                    return None;
                }
            }
            conditions.push(if key == "all" { Self::All(inner) } else { Self::Any(inner) });
        }
        conditions.extend(word(&reader, "credential").map(Self::Credential));
        conditions.extend(word(&reader, "language").map(Self::Language));
        conditions.extend(word(&reader, "domain").map(Self::Domain));
        conditions.extend(members(&reader).map(Self::Members));
        conditions.extend(course(&reader).map(Self::Qualification));
        reader.finish();
        if sink.total() > before {
            return None;
        }
        if conditions.len() != 1 {
            sink.fault(path, Rule::Says("must hold exactly one condition; join several with `all` or `any`"));
        }
        conditions.pop()
    }

    /// The rule as JSON; [`parse`](Self::parse) reads it back.
    pub fn to_json(&self) -> Value {
        let several = |rules: &[Self]| rules.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::Anyone => json!({}),
            Self::All(rules) => json!({"all": several(rules)}),
            Self::Any(rules) => json!({"any": several(rules)}),
            Self::Credential(kind) => json!({"credential": kind}),
            Self::Language(tag) => json!({"language": tag}),
            Self::Domain(domain) => json!({"domain": domain}),
            Self::Members(members) => json!({"members": members}),
            Self::Qualification(course) => json!({"qualification": course}),
        }
    }

    /// Every course that the rule asks for.
    pub fn courses(&self) -> Vec<ProjectId> {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().flat_map(Self::courses).collect(),
            Self::Qualification(course) => vec![*course],
            _ => Vec::new(),
        }
    }

    /// Whether an expert may work.
    ///
    /// # Errors
    /// What is missing; at least one thing.
    pub fn eligible(&self, facts: &Facts<'_>) -> Result<(), Vec<Missing>> {
        match self {
            Self::Anyone => Ok(()),
            Self::All(rules) => {
                let missing: Vec<Missing> =
                    rules.iter().filter_map(|rule| rule.eligible(facts).err()).flatten().collect();
                if missing.is_empty() { Ok(()) } else { Err(missing) }
            }
            Self::Any(rules) => {
                let mut ways = Vec::with_capacity(rules.len());
                for rule in rules {
                    match rule.eligible(facts) {
                        Ok(()) => return Ok(()),
                        Err(missing) => ways.push(missing),
                    }
                }
                Err(vec![Missing::OneOf(ways)])
            }
            Self::Credential(kind) => holds(facts, kind).map_err(|missing| vec![missing]),
            Self::Language(tag) if facts.languages.iter().any(|spoken| speaks(spoken, tag)) => Ok(()),
            Self::Language(tag) => Err(vec![Missing::Language(tag.clone())]),
            Self::Domain(domain) if facts.domains.iter().any(|known| same(known, domain)) => Ok(()),
            Self::Domain(domain) => Err(vec![Missing::Domain(domain.clone())]),
            Self::Members(members) if members.contains(&facts.member) => Ok(()),
            Self::Members(_) => Err(vec![Missing::NotNamed]),
            Self::Qualification(course) => passed(facts, *course).map_err(|missing| vec![missing]),
        }
    }
}

/// A credential counts until the moment it expires; of several of a kind, the one that lasts longest.
fn holds(facts: &Facts<'_>, kind: &str) -> Result<(), Missing> {
    let of_kind = || facts.credentials.iter().filter(|held| same(&held.kind, kind));
    if of_kind().any(|held| held.expires_at.is_none_or(|at| facts.now < at)) {
        return Ok(());
    }
    match of_kind().filter_map(|held| held.expires_at).max() {
        Some(at) => Err(Missing::CredentialExpired { kind: kind.to_owned(), at }),
        None => Err(Missing::Credential(kind.to_owned())),
    }
}

/// A pass counts until the moment it expires; of several, the one that lasts longest.
fn passed(facts: &Facts<'_>, course: ProjectId) -> Result<(), Missing> {
    let of_course = || facts.qualifications.iter().filter(|one| one.course == course);
    if of_course().any(|one| one.expires_at.is_none_or(|at| facts.now < at)) {
        return Ok(());
    }
    match of_course().filter_map(|one| one.expires_at).max() {
        Some(at) => Err(Missing::CourseExpired { course, at }),
        None => Err(Missing::Course(course)),
    }
}

fn speaks(spoken: &str, wanted: &str) -> bool {
    let (spoken, wanted) = (spoken.to_lowercase(), wanted.to_lowercase());
    spoken.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn word(reader: &Reader<'_>, key: &'static str) -> Option<String> {
    let word = reader.text(key, WORD_CHARS_MAX)?.trim();
    if word.is_empty() {
        reader.fault(key, Rule::Says("must not be blank"));
        return None;
    }
    Some(word.to_owned())
}

fn members(reader: &Reader<'_>) -> Option<Vec<MemberId>> {
    let at = reader.path().key("members");
    let list = reader.list("members", 1, MEMBERS_MAX)?;
    let mut members = Vec::with_capacity(list.len());
    for (n, id) in list.iter().enumerate() {
        match id.as_str().and_then(|id| id.parse().ok()) {
            Some(id) => members.push(id),
            None => reader.sink().fault(&at.index(n), Rule::Shape("the id of a member")),
        }
    }
    Some(members)
}

fn course(reader: &Reader<'_>) -> Option<ProjectId> {
    let id = reader.text("qualification", WORD_CHARS_MAX)?.parse();
    if id.is_err() {
        reader.fault("qualification", Rule::Shape("the id of a course"));
    }
    id.ok()
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(kind) => write!(f, "a verified credential `{kind}`"),
            Self::CredentialExpired { kind, at } => write!(f, "a valid credential `{kind}`; the last one expired {at}"),
            Self::Language(tag) => write!(f, "the language `{tag}`"),
            Self::Domain(domain) => write!(f, "the domain `{domain}`"),
            Self::Course(course) => write!(f, "a pass of the course `{course}`"),
            Self::CourseExpired { course, at } => {
                write!(f, "a pass of the course `{course}` that counts; the last one expired {at}")
            }
            Self::NotNamed => f.write_str("being named by the project"),
            Self::OneOf(ways) => {
                for (n, way) in ways.iter().enumerate() {
                    f.write_str(if n == 0 { "either " } else { ", or " })?;
                    for (n, missing) in way.iter().enumerate() {
                        write!(f, "{}{missing}", if n == 0 { "" } else { " and " })?;
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(n: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(n))
    }

    fn project(n: u128) -> ProjectId {
        ProjectId(uuid::Uuid::from_u128(n))
    }

    fn rule(json: &Value) -> Eligibility {
        Eligibility::parse(json).unwrap_or_else(|faults| panic!("{json}: {faults}"))
    }

    fn words(of: &[&str]) -> Vec<String> {
        of.iter().map(|&word| word.to_owned()).collect()
    }

    /// What a cardiologist who speaks British English and German is told.
    fn ask(json: &Value) -> Result<(), Vec<String>> {
        let held =
            |kind: &str, expires_at: Option<i64>| Held { kind: kind.to_owned(), expires_at: expires_at.map(Micros) };
        let facts = Facts {
            member: member(7),
            credentials: &[held("md", None), held("bar", Some(50)), held("bar", Some(100)), held("pe", Some(101))],
            languages: &words(&["en-GB", "de"]),
            domains: &words(&["Cardiology"]),
            qualifications: &[
                Qualified { course: project(1), expires_at: Some(Micros(101)) },
                Qualified { course: project(2), expires_at: Some(Micros(100)) },
            ],
            now: Micros(100),
        };
        rule(json).eligible(&facts).map_err(|missing| missing.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn each_condition_says_what_is_missing() {
        assert_eq!(ask(&json!({})), Ok(()));
        assert_eq!(ask(&json!({"credential": "MD"})), Ok(()));
        assert_eq!(ask(&json!({"credential": "pe"})), Ok(()), "it counts until the moment it expires");
        assert_eq!(ask(&json!({"credential": "phd"})), Err(words(&["a verified credential `phd`"])));
        assert_eq!(
            ask(&json!({"credential": "bar"})),
            Err(words(&["a valid credential `bar`; the last one expired 1970-01-01T00:00:00.000100Z"]))
        );
        assert_eq!(ask(&json!({"language": "EN"})), Ok(()));
        assert_eq!(ask(&json!({"language": "en-US"})), Err(words(&["the language `en-US`"])));
        assert_eq!(ask(&json!({"language": "d"})), Err(words(&["the language `d`"])));
        assert_eq!(ask(&json!({"domain": "cardiology"})), Ok(()));
        assert_eq!(ask(&json!({"members": [member(7)]})), Ok(()));
        assert_eq!(ask(&json!({"qualification": project(1)})), Ok(()));
        assert_eq!(
            ask(&json!({"qualification": project(2)})),
            Err(vec![format!(
                "a pass of the course `{}` that counts; the last one expired 1970-01-01T00:00:00.000100Z",
                project(2)
            )])
        );
        assert_eq!(ask(&json!({"members": [member(8)]})), Err(words(&["being named by the project"])));
    }

    #[test]
    fn all_gathers_what_is_missing_and_any_offers_the_ways() {
        let all = json!({"all": [{"language": "fr"}, {"credential": "md"}, {"domain": "law"}]});
        assert_eq!(ask(&all), Err(words(&["the language `fr`", "the domain `law`"])));
        assert_eq!(
            ask(&json!({"any": [all, {"credential": "phd"}]})),
            Err(words(&["either the language `fr` and the domain `law`, or a verified credential `phd`"]))
        );
        assert_eq!(ask(&json!({"any": [{"domain": "law"}, {"language": "de"}]})), Ok(()));
    }

    #[test]
    fn a_faulty_rule_is_refused_with_its_places() {
        let told = |json: &Value| {
            Eligibility::parse(json).unwrap_err().into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            told(
                &json!({"all": [{"language": "en", "domain": "law"}, {"credental": "md"}, {"members": ["x"]}, {}, 4]})
            ),
            [
                "`/all/0` must hold exactly one condition; join several with `all` or `any`",
                "`/all/1/credental` is not known here",
                "`/all/2/members/0` must be the id of a member",
                "`/all/3` must hold exactly one condition; join several with `all` or `any`",
                "`/all/4` must be an object",
            ]
        );
        assert_eq!(told(&json!({"any": []})), ["`/any` has 0 elements; at least 1 are needed"]);
        assert_eq!(told(&json!({"domain": " "})), ["`/domain` must not be blank"]);
        assert_eq!(told(&json!([])), ["`` must be an object"]);
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |levels| (0..levels).fold(json!({"language": "en"}), |inner, _| json!({"all": [inner]}));
        assert!(Eligibility::parse(&nested(DEPTH_MAX)).is_ok());
        let faults = Eligibility::parse(&nested(DEPTH_MAX + 1)).unwrap_err();
        assert_eq!(
            faults.to_string(),
            "`/all/0/all/0/all/0/all/0/all/0/all/0/all` has 7 or more levels; at most 6 are taken"
        );

        let wide = |n| json!({"any": vec![json!({"language": "en"}); n]});
        assert!(Eligibility::parse(&wide(CONDITIONS_MAX - 1)).is_ok());
        assert!(Eligibility::parse(&wide(CONDITIONS_MAX)).is_err());
        let wider = json!({"all": vec![wide(100); 100]});
        assert_eq!(Eligibility::parse(&wider).unwrap_err().total(), 1, "reading stops at the limit");
    }

    fn any_rule() -> impl Strategy<Value = Eligibility> {
        let leaf = prop_oneof![
            "[a-z]{1,8}".prop_map(Eligibility::Credential),
            "[a-z]{2}".prop_map(Eligibility::Language),
            "[a-z]{1,8}".prop_map(Eligibility::Domain),
            proptest::collection::vec(0_u128..20, 1..4)
                .prop_map(|ids| Eligibility::Members(ids.into_iter().map(member).collect())),
            (0_u128..20).prop_map(|id| Eligibility::Qualification(project(id))),
        ];
        leaf.prop_recursive(4, 32, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Eligibility::All),
                proptest::collection::vec(inner, 1..4).prop_map(Eligibility::Any),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_rule_round_trips(rule in any_rule()) {
            prop_assert_eq!(Eligibility::parse(&rule.to_json()).unwrap(), rule);
        }

        /// Supplying everything that is called missing lets the expert in.
        #[test]
        fn what_is_missing_is_all_that_is_missing(rule in any_rule()) {
            let nobody = Facts { member: member(99), credentials: &[], languages: &[], domains: &[], qualifications: &[], now: Micros(0) };
            let mut profile = Profile::default();
            profile.supply(&rule.eligible(&nobody).unwrap_err());
            let Profile { held, languages, domains, passed, named } = profile;
            let facts =
                Facts { credentials: &held, languages: &languages, domains: &domains, qualifications: &passed, ..nobody };
            // Being named is nothing that a profile can supply.
            prop_assert!(named || rule.eligible(&facts).is_ok());
        }
    }

    #[derive(Default)]
    struct Profile {
        held: Vec<Held>,
        languages: Vec<String>,
        domains: Vec<String>,
        passed: Vec<Qualified>,
        named: bool,
    }

    impl Profile {
        fn supply(&mut self, missing: &[Missing]) {
            for one in missing {
                match one {
                    Missing::Credential(kind) | Missing::CredentialExpired { kind, .. } => {
                        self.held.push(Held { kind: kind.clone(), expires_at: None });
                    }
                    Missing::Language(tag) => self.languages.push(tag.clone()),
                    Missing::Domain(domain) => self.domains.push(domain.clone()),
                    Missing::Course(course) | Missing::CourseExpired { course, .. } => {
                        self.passed.push(Qualified { course: *course, expires_at: None });
                    }
                    Missing::NotNamed => self.named = true,
                    Missing::OneOf(ways) => self.supply(&ways[0]),
                }
            }
        }
    }
}
