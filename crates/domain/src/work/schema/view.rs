//! The ids under which items are known to one person.
//!
//! A candidate's own id may be the name of the model that wrote it. On a blind field the browser is therefore sent
//! `c1`, `c2`, ... by the order shown, and answers with those; the server, which holds the recorded order, knows which
//! is which. The ids follow from the order alone, so nothing more is stored.

use std::borrow::Cow;

use super::Schema;
use crate::fault::Rule;
use crate::work::content::Content;
use crate::work::presented::Presented;

/// How the parts of every list are called and ordered.
pub(crate) struct View<'a> {
    fields: Vec<(&'a str, Vec<Named<'a>>)>,
}

/// One part: the id it is shown under, and its own.
pub(crate) struct Named<'a> {
    pub(crate) shown: Cow<'a, str>,
    pub(crate) own: &'a str,
}

impl<'a> View<'a> {
    /// What a browser was sent. Fails if the recorded order is not one of this content.
    pub(crate) fn sent(schema: &'a Schema, content: &'a Content, presented: &'a Presented) -> Result<Self, Rule> {
        let mut fields = Vec::new();
        for field in &schema.fields {
            let Some(body) = content.field(&field.name) else { continue };
            let mut own: Vec<&str> = body.parts().map(|(id, _)| id).collect();
            if let Some(order) = presented.order(&field.name) {
                let order: Vec<&str> = order.iter().map(String::as_str).collect();
                let sorted = |ids: &[&'a str]| {
                    let mut ids = ids.to_vec();
                    ids.sort_unstable();
                    ids
                };
                if sorted(&order) != sorted(&own) {
                    return Err(Rule::Says("was recorded with an order of other items than the task holds"));
                }
                own = order;
            }
            let named = own.into_iter().enumerate().map(|(n, own)| Named {
                shown: if field.blind { Cow::Owned(format!("c{}", n + 1)) } else { Cow::Borrowed(own) },
                own,
            });
            fields.push((field.name.as_str(), named.collect()));
        }
        Ok(Self { fields })
    }

    /// The items' own ids in the row's order.
    pub(crate) fn own_ids(content: &'a Content) -> Self {
        let fields = content.fields().map(|(name, body)| {
            let named = body.parts().map(|(id, _)| Named { shown: Cow::Borrowed(id), own: id });
            (name, named.collect())
        });
        Self { fields: fields.collect() }
    }

    /// The parts of a field in the order shown.
    pub(crate) fn parts(&self, field: &str) -> &[Named<'a>] {
        self.fields.iter().find(|(name, _)| *name == field).map_or(&[], |(_, parts)| parts)
    }

    /// The own id of the part shown as `id`.
    pub(crate) fn own(&self, field: &str, id: &str) -> Option<&'a str> {
        self.parts(field).iter().find(|part| part.shown == id).map(|part| part.own)
    }

    /// The id that the part `own` is shown under.
    pub(crate) fn shown(&self, field: &str, own: &str) -> Option<&str> {
        self.parts(field).iter().find(|part| part.own == own).map(|part| part.shown.as_ref())
    }
}
