//! From matching acts to alerts: thresholds, and what is taken into an alert already told.

use super::actors::who;
use super::rule::{Rule, Threshold};
use crate::engine::told::Told;
use crate::read::sources::{Act, look};
use crate::read::{paths::text, times};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Most pairs of rule and actor remembered; the longest unheard ones are forgotten beyond it.
const REMEMBERED_MAX: usize = 100_000;

/// So many times the threshold's count of acts are kept of an actor: a log need not be in order, within reason.
const KEPT_TIMES: usize = 4;

/// What is remembered between acts. Memory is bounded by actors and thresholds, not by acts.
#[derive(Debug, Clone, Default)]
pub struct Alerts {
    seen: HashMap<(usize, String), Seen>,
    told: Told,
    heard: u64,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    /// When which object was taken, in the order of time; of each object the act told last.
    acts: Vec<(i64, String)>,
    told_us: Option<i64>,
    told_timeless: bool,
    /// Which act, counted from the first, this was last heard of by.
    heard: u64,
}

/// What counts of an act, whichever rule it fits.
pub(super) struct Noted<'a> {
    act: &'a Act,
    who: String,
    /// Event time; `None` if the log does not say.
    at_us: Option<i64>,
    /// Whether the same act was told before, as collectors do that deliver at least once.
    again: bool,
}

impl Alerts {
    /// What counts of an act. Called once for each act, before [`Self::opens`].
    pub(super) fn hear<'a>(&mut self, act: &'a Act) -> Noted<'a> {
        self.heard += 1;
        let at_us = act.record.ts.as_deref().and_then(times::micros);
        Noted { act, who: who(act), at_us, again: same(act).is_some_and(|same| self.told.again(same)) }
    }

    /// Tell of an act that fits `rule`, the one at `at`; `true` if it opens an alert.
    pub(super) fn opens(&mut self, at: usize, rule: &Rule, noted: &Noted) -> bool {
        if noted.again {
            return false;
        }
        if self.seen.len() >= REMEMBERED_MAX {
            self.forget();
        }
        let seen = self.seen.entry((at, noted.who.clone())).or_default();
        seen.heard = self.heard;
        let Some(at_us) = noted.at_us else {
            // Whether it was within minutes of others nobody knows; what needs no others is told once.
            return rule.threshold.is_none() && !std::mem::replace(&mut seen.told_timeless, true);
        };
        if let Some(threshold) = &rule.threshold
            && !seen.reaches(threshold, at_us, counted(rule, noted.act))
        {
            return false;
        }
        let dedup_us = i64::from(rule.dedup_minutes) * 60_000_000;
        if seen.told_us.is_some_and(|told_us| at_us.saturating_sub(told_us).abs() < dedup_us) {
            return false;
        }
        seen.told_us = Some(at_us);
        true
    }

    fn forget(&mut self) {
        let mut heard: Vec<u64> = self.seen.values().map(|seen| seen.heard).collect();
        let (_, until, _) = heard.select_nth_unstable(REMEMBERED_MAX / 4);
        let until = *until;
        self.seen.retain(|_, seen| seen.heard > until);
    }
}

impl Seen {
    /// Takes in an act, and says whether it lies in a stretch of the threshold's minutes with as many acts as it asks,
    /// whichever of them was told first.
    fn reaches(&mut self, threshold: &Threshold, at_us: i64, object: String) -> bool {
        let count = usize::try_from(threshold.count).unwrap_or(usize::MAX);
        // The same object again is one taking; acts on nothing named count one by one.
        if !object.is_empty() {
            self.acts.retain(|(_, of)| *of != object);
        }
        let place = self.acts.partition_point(|(then_us, _)| *then_us <= at_us);
        self.acts.insert(place, (at_us, object));
        if self.acts.len() > count.saturating_mul(KEPT_TIMES) {
            let away = |act: Option<&(i64, String)>| act.map_or(0, |(then_us, _)| then_us.abs_diff(at_us));
            let farthest = if away(self.acts.first()) > away(self.acts.last()) { 0 } else { self.acts.len() - 1 };
            self.acts.remove(farthest);
        }
        let window_us = i64::from(threshold.minutes) * 60_000_000;
        let mut end = 0;
        self.acts.iter().enumerate().take_while(|(_, (from_us, _))| *from_us <= at_us).any(|(start, (from_us, _))| {
            let until_us = from_us.saturating_add(window_us);
            end += self.acts[end..].iter().take_while(|(then_us, _)| *then_us <= until_us).count();
            until_us >= at_us && end - start >= count
        })
    }
}

/// What an act counts as under a rule's threshold.
fn counted(rule: &Rule, act: &Act) -> String {
    let said: Vec<String> = look(&rule.counted, act).iter().filter_map(text).collect();
    said.join("/")
}

/// What two tellings of one act have in common; `None` if the log gives it no id. One id may stand for several acts.
fn same(act: &Act) -> Option<u64> {
    let record = &act.record;
    let id = record.id.as_ref().filter(|id| !id.is_empty())?;
    let mut hasher = DefaultHasher::new();
    (&act.source, id, &record.ts, &record.actor, &record.action, &record.object_id, &record.targets).hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use crate::read::sources::{Act, Sources};
    use crate::rules::{Alerts, Rules};
    use serde_json::{Value, json};

    /// One rule with a threshold of three different objects within ten minutes, and one without.
    fn rules() -> Rules {
        let mut rules = Rules::none();
        rules
            .add(
                r#"[{"id": "three", "source": ["*"], "classes": ["bulk-take"], "severity": "low", "words": "w",
                     "when": [{"@action": ["GetSecretValue", "GetObject"]}], "threshold": {"count": 3, "minutes": 10}},
                    {"id": "secrets", "source": ["*"], "classes": ["bulk-take"], "severity": "low", "words": "w",
                     "when": [{"@action": "GetSecretValue"}], "threshold": {"count": 3, "minutes": 10, "of": "requestParameters.secretId"}},
                    {"id": "one", "source": ["*"], "classes": ["destruction"], "severity": "low", "words": "w",
                     "when": [{"@action": "DeleteTrail"}]}]"#,
            )
            .unwrap();
        rules
    }

    fn act(name: &str, minute: Option<u32>, more: &Value) -> Act {
        let mut event =
            json!({"eventSource": "x.amazonaws.com", "eventName": name, "userIdentity": {"userName": "ann"}});
        if let Some(minute) = minute {
            event["eventTime"] = format!("2025-05-05T{:02}:{:02}:00Z", 10 + minute / 60, minute % 60).into();
        }
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Sources::own().unwrap().acts(event, None).remove(0)
    }

    fn read(key: u32, minute: u32) -> Act {
        act("GetObject", Some(minute), &json!({"requestParameters": {"bucketName": "b", "key": key.to_string()}}))
    }

    /// How many alerts of a rule come of these acts, in this order.
    fn alerts<'a>(rule: &str, acts: impl IntoIterator<Item = &'a Act>) -> usize {
        let (rules, mut memory) = (rules(), Alerts::default());
        let told = |act| rules.matches(act, &mut memory).iter().filter(|of| of.alert && of.rule.id == rule).count();
        acts.into_iter().map(told).sum()
    }

    /// Newest first, oldest first, or as collectors mix them: event time counts.
    #[test]
    fn a_threshold_counts_by_event_time_in_any_order() {
        let (near, far) = ([read(1, 0), read(2, 4), read(3, 9)], [read(1, 0), read(2, 30), read(3, 59)]);
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
            assert_eq!(alerts("three", order.map(|at| &near[at])), 1, "{order:?}");
            assert_eq!(alerts("three", order.map(|at| &far[at])), 0, "{order:?}");
        }
        let again = [read(1, 0), read(2, 2), read(1, 9), read(3, 11)];
        assert_eq!(alerts("three", &again), 1, "the first was taken again within the minutes");
        assert_eq!(alerts("three", again.iter().rev()), 1);
    }

    #[test]
    fn an_act_without_a_time_is_within_minutes_of_none() {
        let secret = |id: u32| act("GetSecretValue", None, &json!({"requestParameters": {"secretId": id.to_string()}}));
        assert_eq!(alerts("three", &[secret(1), secret(2), secret(3), secret(4)]), 0);
        let trail = act("DeleteTrail", None, &json!({}));
        assert_eq!(alerts("one", [&trail, &trail]), 1, "what needs no others is told");
    }

    #[test]
    fn an_act_told_twice_counts_once() {
        let secret = |id: u32| act("GetSecretValue", Some(1), &json!({"eventID": id.to_string()}));
        assert_eq!(alerts("three", &[secret(1), secret(1), secret(2), secret(1)]), 0);
        assert_eq!(alerts("three", &[secret(1), secret(2), secret(3)]), 1);
    }

    /// A rule says what its threshold counts where the reader has no word for it: one secret again is one secret.
    #[test]
    fn a_threshold_counts_what_its_rule_names() {
        let secret =
            |id: &str, minute| act("GetSecretValue", Some(minute), &json!({"requestParameters": {"secretId": id}}));
        assert_eq!(alerts("secrets", &[secret("a", 0), secret("a", 1), secret("a", 2), secret("b", 3)]), 0);
        assert_eq!(alerts("secrets", &[secret("a", 0), secret("b", 1), secret("c", 2)]), 1);
    }

    /// Whoever puts on a role chooses the session's name: another name is not another actor.
    #[test]
    fn session_names_of_a_role_do_not_share_out_what_is_counted() {
        let session = |name: &str, role: &str, ip: &str, more: Value| {
            let mut identity = json!({"type": "AssumedRole", "principalId": format!("AROA:{name}"),
                "arn": format!("arn:aws:sts::1:assumed-role/{role}/{name}"),
                "sessionContext": {"sessionIssuer": {"arn": format!("arn:aws:iam::1:role/{role}")}}});
            identity["sessionContext"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            act("GetSecretValue", Some(1), &json!({"eventID": name, "userIdentity": identity, "sourceIPAddress": ip}))
        };
        let (none, own, ip) = (json!({}), "Reader", "192.0.2.1");
        let named = |role: &str, more: &Value| ["a", "b", "c"].map(|name| session(name, role, ip, more.clone()));
        assert_eq!(alerts("three", &named(own, &none)), 1);
        // These names are given by AWS: one is one person, or one machine.
        assert_eq!(alerts("three", &named("AWSReservedSSO_Reader_1", &none)), 0);
        assert_eq!(alerts("three", &named(own, &json!({"ec2RoleDelivery": "2.0"}))), 0);
        let apart = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|ip| session(ip, own, ip, none.clone()));
        assert_eq!(alerts("three", &apart), 0, "one role serves many people");
        let source = apart.map(|mut act| {
            act.event["userIdentity"]["sessionContext"]["sourceIdentity"] = "ann".into();
            act
        });
        assert_eq!(alerts("three", &source), 1, "who is behind a role is said, and stays");
    }
}
