//! Judging what somebody answered.

use serde_json::{Map, Value};

use super::Schema;
use super::condition::Visible;
use super::limits::{ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, ANSWERS_DEPTH_MAX, within};
use super::question::Question;
use super::questions::Asked;
use super::view::View;
use crate::fault::{Faults, Path, Rule, Sink};
use crate::work::answers::{Answer, Answers, Given};
use crate::work::content::{Content, FieldContent};
use crate::work::presented::Presented;

/// What became of one question.
enum State {
    Answered(Answer),
    Unanswered,
    /// Told to the sink.
    Faulty,
}

impl Schema {
    /// Checks the answers of somebody who was sent this content in this order, and so knows the items by the ids of
    /// [`Sent`](super::Sent). The answers that come out name the items by their own ids.
    ///
    /// # Errors
    /// All that is wrong with them. A place may hold an item's id as the person was sent it.
    pub fn check(&self, content: &Content, presented: &Presented, answers: &Value) -> Result<Answers, Faults> {
        let view = View::sent(self, content, presented).map_err(|rule| Faults::one("", rule))?;
        self.check_in(content, &view, answers)
    }

    /// Checks answers that name the items by their own ids: gold, imports, stored annotations.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn check_own_ids(&self, content: &Content, answers: &Value) -> Result<Answers, Faults> {
        self.check_in(content, &View::own_ids(content), answers)
    }

    /// Whether a draft may be kept: an object of questions we know, within the size of answers. What is in it may be
    /// as unfinished as it likes.
    ///
    /// # Errors
    /// The draft is too large or too deep, no object, or has a key that is no question.
    pub fn check_draft(&self, draft: &Value) -> Result<(), Faults> {
        let (path, sink) = (Path::Root, Sink::default());
        within(draft, ANSWERS_DEPTH_MAX, ANSWERS_BYTES_MAX).map_err(|rule| Faults::one(path, rule))?;
        let known = self.known(draft, &path, &sink).map(|_| ());
        sink.finish(known)
    }

    /// The object of answers, and faults for keys that are no questions.
    fn known<'v>(&self, answers: &'v Value, path: &Path<'_>, sink: &Sink) -> Option<&'v Map<String, Value>> {
        let Some(given) = answers.as_object() else {
            sink.fault(path, Rule::Shape("an object"));
            return None;
        };
        for name in given.keys().filter(|name| self.question(name).is_none()) {
            sink.fault(&path.foreign(name), Rule::Unknown);
        }
        Some(given)
    }

    fn check_in(&self, content: &Content, view: &View<'_>, answers: &Value) -> Result<Answers, Faults> {
        let (path, sink) = (Path::Root, Sink::default());
        within(answers, ANSWERS_DEPTH_MAX, ANSWERS_BYTES_MAX).map_err(|rule| Faults::one(path, rule))?;
        let Some(given) = self.known(answers, &path, &sink) else { return sink.finish(None) };

        let mut states: Vec<State> = Vec::with_capacity(self.questions.len());
        for question in &self.questions {
            let visible = self.visible(question, &states);
            let place = path.key(&question.name);
            let text = question.on.as_deref().and_then(|on| content.field(on)).and_then(|field| field.text());
            let asked = Asked { question, content, view, text };
            states.push(check_question(&asked, &visible, given.get(&question.name), &place, &sink));
        }
        let answered = self.questions.iter().zip(states).filter_map(|(question, state)| match state {
            State::Answered(answer) => Some((question.name.clone(), answer)),
            State::Unanswered | State::Faulty => None,
        });
        sink.finish(Some(Answers { questions: answered.collect() }))
    }

    fn visible(&self, question: &Question, states: &[State]) -> Visible {
        let Some(condition) = &question.visible_when else { return Visible::Yes };
        match &states[condition.question] {
            State::Faulty => Visible::Unknown,
            State::Unanswered => Visible::No,
            State::Answered(answer) => condition.judge(&self.questions[condition.question], Some(answer)),
        }
    }
}

/// One question's `{"value"|"cannot_assess"|"not_applicable", "justification"}`.
fn check_question(asked: &Asked<'_>, visible: &Visible, given: Option<&Value>, path: &Path<'_>, sink: &Sink) -> State {
    let before = sink.total();
    let question = asked.question;
    let given = match given {
        None | Some(Value::Null) => None,
        Some(Value::Object(given)) => Some(given).filter(|given| !given.is_empty()),
        Some(_) => {
            sink.fault(path, Rule::Shape("an object"));
            return State::Faulty;
        }
    };
    let Some(given) = given else { return unanswered(asked, visible, path, sink) };
    if *visible == Visible::No {
        sink.fault(path, Rule::NotAsked);
        return State::Faulty;
    }
    for key in given.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        sink.fault(&path.foreign(key), Rule::Unknown);
    }
    let given_as = match (given.get("value"), given.get("cannot_assess"), given.get("not_applicable")) {
        (None | Some(Value::Null), None, None) => None,
        (Some(value), None, None) => {
            let path = path.key("value");
            if question.is_per_part() {
                check_parts(asked, visible, value, &path, sink)
            } else {
                question.settings.check(asked, value, &path, sink)
            }
            .map(Given::Value)
        }
        (None, Some(flag), None) => {
            instead(question.cannot_assess, flag, &path.key("cannot_assess"), sink).then_some(Given::CannotAssess)
        }
        (None, None, Some(flag)) => {
            instead(question.not_applicable, flag, &path.key("not_applicable"), sink).then_some(Given::NotApplicable)
        }
        _ => {
            sink.fault(path, Rule::Says("must hold one of `value`, `cannot_assess` and `not_applicable`"));
            None
        }
    };
    let justification = check_justification(question, given.get("justification"), given_as.is_some(), path, sink);
    match given_as {
        _ if sink.total() > before => State::Faulty,
        Some(given) => State::Answered(Answer { given, justification }),
        None if justification.is_some() => {
            sink.fault(&path.key("value"), Rule::Missing);
            State::Faulty
        }
        None => unanswered(asked, visible, path, sink),
    }
}

const KEYS: [&str; 4] = ["value", "cannot_assess", "not_applicable", "justification"];

/// A question without an answer: a fault if it is asked and required.
fn unanswered(asked: &Asked<'_>, visible: &Visible, path: &Path<'_>, sink: &Sink) -> State {
    let question = asked.question;
    let of_something = !question.is_per_part() || !asked.view.parts(question.on_field()).is_empty();
    let is_asked = match visible {
        Visible::Yes => of_something,
        Visible::Parts(parts) => !parts.is_empty(),
        Visible::No | Visible::Unknown => false,
    };
    if question.required && is_asked {
        sink.fault(path, Rule::Missing);
        return State::Faulty;
    }
    State::Unanswered
}

/// `cannot_assess` and `not_applicable`: only `true`, and only where the question allows it.
fn instead(allowed: bool, flag: &Value, path: &Path<'_>, sink: &Sink) -> bool {
    if !allowed {
        sink.fault(path, Rule::Says("is not offered by this question"));
    } else if *flag != Value::Bool(true) {
        sink.fault(path, Rule::Shape("true, or absent"));
    }
    allowed && *flag == Value::Bool(true)
}

/// A value for each part, by the id it is shown under; out come values by the parts' own ids, in the row's order.
fn check_parts(asked: &Asked<'_>, visible: &Visible, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
    let before = sink.total();
    let question = asked.question;
    let on = question.on_field();
    let Some(given) = value.as_object() else {
        sink.fault(path, Rule::Shape("an object"));
        return None;
    };
    for id in given.keys().filter(|id| asked.view.own(on, id).is_none()) {
        sink.fault(&path.foreign(id), Rule::Unknown);
    }
    let mut checked = Map::new();
    for (own, text) in asked.content.field(on).into_iter().flat_map(FieldContent::parts) {
        let shown = asked.view.shown(on, own).unwrap_or(own);
        let path = path.key(shown);
        let is_asked = match visible {
            Visible::Parts(parts) => parts.iter().any(|part| part == own),
            Visible::Yes | Visible::Unknown => true,
            Visible::No => false,
        };
        let one = given.get(shown).filter(|value| !value.is_null());
        let told = sink.total();
        let one = match one {
            Some(_) if !is_asked => {
                sink.fault(&path, Rule::NotAsked);
                None
            }
            Some(value) => {
                let asked = Asked { text: Some(text), question, content: asked.content, view: asked.view };
                question.settings.check(&asked, value, &path, sink)
            }
            None => None,
        };
        match one {
            Some(value) => {
                checked.insert(own.to_owned(), value);
            }
            None if question.complete && is_asked && sink.total() == told => sink.fault(&path, Rule::Missing),
            None => {}
        }
    }
    (sink.total() == before && !checked.is_empty()).then(|| checked.into())
}

/// The reason given; a fault if the question asks for none, or for one that is missing or too short.
fn check_justification(
    question: &Question,
    given: Option<&Value>,
    answered: bool,
    path: &Path<'_>,
    sink: &Sink,
) -> Option<String> {
    let path = path.key("justification");
    let text = match given {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.as_str(),
        Some(_) => {
            sink.fault(&path, Rule::Shape("a text"));
            return None;
        }
    };
    let Some(asked) = question.justification else {
        if given.is_some() {
            sink.fault(&path, Rule::Unknown);
        }
        return None;
    };
    if text.trim().is_empty() {
        if asked.required && answered {
            sink.fault(&path, Rule::Missing);
        }
        return None;
    }
    let got = text.chars().count();
    if got < asked.min_length {
        sink.fault(&path, Rule::TooFew { got, min: asked.min_length, unit: "characters" });
    } else if got > ANSWER_CHARS_MAX {
        sink.fault(&path, Rule::TooMany { got, max: ANSWER_CHARS_MAX, unit: "characters" });
    }
    Some(text.to_owned())
}
