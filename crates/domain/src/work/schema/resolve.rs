//! From a client's row to content, and from content to the order one person sees.

use serde_json::Value;

use super::Schema;
use super::limits::{CONTENT_BYTES_MAX, ROW_BYTES_MAX, ROW_DEPTH_MAX, within};
use crate::fault::Rule;
use crate::work::content::Content;
use crate::work::presented::{Presented, shuffle};

/// A row that cannot be shown: the schema's field, the place in the row, the rule; never what stood there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field `{field}`: `{path}` {rule}")]
pub struct ResolveError {
    /// The schema's field; empty if the row as a whole is refused.
    pub field: String,
    /// JSON Pointer into the row; empty for the whole row.
    pub path: String,
    /// The rule.
    pub rule: Rule,
}

impl Schema {
    /// The content of a client's row.
    ///
    /// # Errors
    /// The first thing that keeps the row from being shown or asked about.
    pub fn resolve(&self, row: &Value) -> Result<Content, ResolveError> {
        let refuse = |field: &str, path: String, rule| ResolveError { field: field.to_owned(), path, rule };
        within(row, ROW_DEPTH_MAX, ROW_BYTES_MAX).map_err(|rule| refuse("", String::new(), rule))?;
        let mut content = Content { fields: Vec::with_capacity(self.fields.len()) };
        let mut bytes = 0;
        for field in &self.fields {
            let resolved = field.resolve(row).map_err(|(path, rule)| refuse(&field.name, path, rule))?;
            let Some(resolved) = resolved else { continue };
            bytes += resolved.text_bytes();
            if bytes > CONTENT_BYTES_MAX {
                let rule = Rule::TooMany { got: bytes, max: CONTENT_BYTES_MAX, unit: "bytes of text in all" };
                return Err(refuse(&field.name, String::new(), rule));
            }
            content.fields.push((field.name.clone(), resolved));
        }
        for question in &self.questions {
            // Nothing can be asked about what is not there, so such a field is needed whether `required` or not.
            if let Some(on) = question.on.as_deref().filter(|on| content.field(on).is_none()) {
                return Err(refuse(on, String::new(), Rule::Missing));
            }
            question.settings.fits(question, &content).map_err(|(field, rule)| refuse(&field, String::new(), rule))?;
        }
        Ok(content)
    }

    /// The order in which one person is shown the items of shuffled and blind fields. The same seed gives the same
    /// order, today and in any later version.
    pub fn present(&self, content: &Content, seed: u64) -> Presented {
        let mut presented = Presented::default();
        for field in self.fields.iter().filter(|field| field.shuffle || field.blind) {
            let Some(body) = content.field(&field.name) else { continue };
            let mut ids: Vec<String> = body.parts().map(|(id, _)| id.to_owned()).collect();
            if field.shuffle {
                shuffle(&mut ids, seed, &field.name);
            }
            presented.fields.insert(field.name.clone(), ids);
        }
        presented
    }
}
