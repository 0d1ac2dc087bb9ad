//! Lists of texts: `candidates` to choose among, `criteria` to judge by, `steps` in their order.

use serde_json::{Map, Value};

use super::{FieldType, format, format_schema};
use crate::reader::Reader;
use crate::work::content::{Body, FieldContent, Format};
use crate::work::schema::source::{ItemSettings, ItemSource, RowFault};

/// Answers to choose among.
#[derive(Debug)]
pub(super) struct Candidates(List);

/// What an answer is judged by, each with points or without.
#[derive(Debug)]
pub(super) struct Criteria(List);

/// Parts of one solution or several passages of one source; named by their place.
#[derive(Debug)]
pub(super) struct Steps(List);

const CANDIDATES: ItemSettings = ItemSettings { id: true, points: false };
const CRITERIA: ItemSettings = ItemSettings { id: true, points: true };
const STEPS: ItemSettings = ItemSettings { id: false, points: false };

impl FieldType for Candidates {
    fn name() -> &'static str {
        "candidates"
    }

    fn published() -> Map<String, Value> {
        published(CANDIDATES)
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        List::read(field, CANDIDATES).map(Self)
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        self.0.resolve(row, Self::name())
    }

    fn part(&self) -> Option<&'static str> {
        Some("candidate")
    }

    fn can_shuffle(&self) -> bool {
        true
    }

    fn can_blind(&self) -> bool {
        true
    }
}

impl FieldType for Criteria {
    fn name() -> &'static str {
        "criteria"
    }

    fn published() -> Map<String, Value> {
        published(CRITERIA)
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        List::read(field, CRITERIA).map(Self)
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        self.0.resolve(row, Self::name())
    }

    fn can_shuffle(&self) -> bool {
        true
    }
}

impl FieldType for Steps {
    fn name() -> &'static str {
        "steps"
    }

    fn published() -> Map<String, Value> {
        published(STEPS)
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        List::read(field, STEPS).map(Self)
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        self.0.resolve(row, Self::name())
    }

    fn part(&self) -> Option<&'static str> {
        Some("step")
    }
}

#[derive(Debug)]
struct List {
    source: ItemSource,
    format: Format,
}

impl List {
    fn read(field: &Reader<'_>, settings: ItemSettings) -> Option<Self> {
        let format = format(field);
        Some(Self { source: ItemSource::read(field, settings)?, format })
    }

    fn resolve(&self, row: &Value, kind: &str) -> Result<Option<FieldContent>, RowFault> {
        let items = self.source.resolve(row)?;
        Ok(items.map(|items| FieldContent { kind: kind.to_owned(), format: self.format, body: Body::Items { items } }))
    }
}

fn published(settings: ItemSettings) -> Map<String, Value> {
    Map::from_iter([("source".to_owned(), ItemSource::published(settings)), ("format".to_owned(), format_schema())])
}
