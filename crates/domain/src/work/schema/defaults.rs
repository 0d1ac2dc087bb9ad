//! What a template says beside fields and questions: how many people, and in which shape the data leaves. Defaults of
//! a project, which the project may change.

use serde_json::{Value, json};

use super::fields::Field;
use super::limits::OVERLAP_MAX;
use crate::fault::Rule;
use crate::reader::Reader;

/// The pipeline's `label` step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution {
    /// How many people label each task.
    pub min_submitted: usize,
    /// How many may, where the number adapts.
    pub max_submitted: Option<usize>,
    /// The share of gold among what a person is given, 0 to 1.
    pub gold_rate: Option<f64>,
    /// The share of annotations that are reviewed, 0 to 1.
    pub review_rate: Option<f64>,
    /// Tasks whose answer is less probable are decided by an adjudicator, 0 to 1.
    pub adjudicate_below: Option<f64>,
}

/// The shapes a release is wanted in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// A data set type of TRL.
    pub trl: Option<&'static str>,
    /// A fine-tuning format of `OpenAI`.
    pub openai: Option<&'static str>,
    /// `spans`: one row a document, with its spans.
    pub jsonl: Option<&'static str>,
    /// `class_label`: labels as a class feature.
    pub parquet: Option<&'static str>,
    /// `criterion_points_tags`.
    pub rubric: Option<&'static str>,
    /// `all_untied`: which pairs a ranking gives.
    pub pairs: Option<&'static str>,
    /// The field whose tokens and spans become `CoNLL` columns.
    pub conll: Option<String>,
    /// Whether pairs that tie are left out.
    pub drop_ties: Option<bool>,
    /// Which label a neutral step gets.
    pub neutral_as: Option<bool>,
}

const TRL: &[&str] = &[
    "language_modeling",
    "prompt_only",
    "prompt_completion",
    "preference",
    "unpaired_preference",
    "stepwise_supervision",
    "messages",
];
const OPENAI: &[&str] = &["sft", "sft_weighted", "dpo", "rft"];
const JSONL: &[&str] = &["spans"];
const PARQUET: &[&str] = &["class_label"];
const RUBRIC: &[&str] = &["criterion_points_tags"];
const PAIRS: &[&str] = &["all_untied"];

impl Distribution {
    pub(crate) fn read(schema: &Reader<'_>) -> Option<Self> {
        let value = schema.get("distribution")?;
        let place = schema.path().key("distribution");
        let reader = Reader::new(value, &place, schema.sink())?;
        reader.word("strategy", &["overlap"]);
        let min = reader.need("min_submitted").and_then(|_| reader.whole("min_submitted", 1, OVERLAP_MAX));
        let max_submitted = reader.whole("max_submitted", 1, OVERLAP_MAX);
        if min.zip(max_submitted).is_some_and(|(min, max)| max < min) {
            reader.fault("max_submitted", Rule::Says("is less than `min_submitted`"));
        }
        let (gold_rate, review_rate) = (reader.share("gold_rate"), reader.share("review_rate"));
        let adjudicate_below = reader.share("adjudicate_below");
        reader.finish();
        Some(Self { min_submitted: min?, max_submitted, gold_rate, review_rate, adjudicate_below })
    }

    pub(crate) fn published() -> Value {
        let share = json!({"type": "number", "minimum": 0, "maximum": 1});
        let people = json!({"type": "integer", "minimum": 1, "maximum": OVERLAP_MAX});
        json!({
            "type": "object", "additionalProperties": false, "required": ["min_submitted"],
            "properties": {
                "strategy": {"const": "overlap"},
                "min_submitted": people, "max_submitted": people,
                "gold_rate": share, "review_rate": share, "adjudicate_below": share,
            },
        })
    }
}

impl Export {
    pub(crate) fn read(schema: &Reader<'_>, fields: &[Field]) -> Option<Self> {
        let value = schema.get("export")?;
        let place = schema.path().key("export");
        let reader = Reader::new(value, &place, schema.sink())?;
        let conll = reader.get("conll").and_then(|_| reader.name("conll"));
        if conll.is_some_and(|name| !fields.iter().any(|field| field.name == name)) {
            reader.fault("conll", Rule::Names("a field"));
        }
        let export = Self {
            trl: reader.word("trl", TRL),
            openai: reader.word("openai", OPENAI),
            jsonl: reader.word("jsonl", JSONL),
            parquet: reader.word("parquet", PARQUET),
            rubric: reader.word("rubric", RUBRIC),
            pairs: reader.word("pairs", PAIRS),
            conll: conll.map(str::to_owned),
            drop_ties: reader.flag("drop_ties"),
            neutral_as: reader.flag("neutral_as"),
        };
        reader.finish();
        Some(export)
    }

    pub(crate) fn published() -> Value {
        json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "trl": {"enum": TRL}, "openai": {"enum": OPENAI}, "jsonl": {"enum": JSONL},
                "parquet": {"enum": PARQUET}, "rubric": {"enum": RUBRIC}, "pairs": {"enum": PAIRS},
                "conll": {"$ref": "#/$defs/name"},
                "drop_ties": {"type": "boolean"}, "neutral_as": {"type": "boolean"},
            },
        })
    }
}
