//! One text: plain as `text`, Markdown with LaTeX and code as `markdown`.

use serde_json::{Map, Value};

use super::FieldType;
use crate::reader::Reader;
use crate::work::content::{Body, FieldContent, Format};
use crate::work::schema::source::{RowFault, TextSource};

/// A text shown as it stands.
#[derive(Debug)]
pub(super) struct Plain(TextSource);

/// A text shown as Markdown.
#[derive(Debug)]
pub(super) struct Markdown(TextSource);

impl FieldType for Plain {
    fn name() -> &'static str {
        "text"
    }

    fn published() -> Map<String, Value> {
        published()
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        TextSource::read(field).map(Self)
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        resolve(&self.0, row, Format::Plain)
    }
}

impl FieldType for Markdown {
    fn name() -> &'static str {
        "markdown"
    }

    fn published() -> Map<String, Value> {
        published()
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        TextSource::read(field).map(Self)
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        resolve(&self.0, row, Format::Markdown)
    }
}

fn published() -> Map<String, Value> {
    Map::from_iter([("source".to_owned(), TextSource::published())])
}

/// Both are content of type `text`; only the format tells them apart.
fn resolve(source: &TextSource, row: &Value, format: Format) -> Result<Option<FieldContent>, RowFault> {
    let text = source.resolve(row)?;
    Ok(text.map(|text| FieldContent { kind: "text".to_owned(), format, body: Body::Text { text } }))
}
