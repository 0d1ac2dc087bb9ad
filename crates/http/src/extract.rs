//! Reading requests so that every refusal is a problem: a bad id is the same 404 as an unknown one, a bad body
//! says where.

use crate::problem::Problem;
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;
use vouchsafe_app::page::{LIMIT, LIMIT_MAX};

/// Largest body of a request that is no upload, in bytes: answers are the largest of them.
pub const BODY_BYTES_MAX: usize = 8 << 20;
/// Largest log of one upload, in bytes.
pub const LOG_BYTES_MAX: usize = 64 << 20;

/// A JSON body. An empty body reads as `{}`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request.headers().get(header::CONTENT_TYPE).is_none_or(|kind| {
            let kind = kind.to_str().unwrap_or_default();
            kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"))
        });
        if !json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "the body must be application/json",
            ));
        }
        let body = bytes::Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large(BODY_BYTES_MAX)
            } else {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "cut_off",
                    "the body ended before it was whole; nothing was changed",
                )
            }
        })?;
        let text = if body.is_empty() { b"{}".as_slice() } else { &body };
        let mut reader = serde_json::Deserializer::from_slice(text);
        let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let (path, rule) = unlike(pointer(error.path()), error.inner());
            Problem::invalid(&path, rule)
        })?;
        reader.end().map_err(|error| Problem::invalid("", place(&error)))?;
        Ok(Self(read))
    }
}

/// Where in a body, as a JSON Pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// The field and the rule of a body that is not what its route takes. The words of the parser may quote content; its place
/// and what it had expected may not.
fn unlike(path: String, error: &serde_json::Error) -> (String, String) {
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    if let Some(field) = words.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return (format!("{path}/{field}"), "is missing".into());
    }
    let expected = words.rsplit_once(", expected ").map(|(_, expected)| expected);
    let known = words.rsplit_once(", there are no fields").map(|_| "nothing");
    match expected.or(known) {
        Some(expected) if words.starts_with("unknown field") => (path, format!("is not known here; known: {expected}")),
        Some(expected) if ["invalid ", "unknown variant"].iter().any(|kind| words.starts_with(kind)) => {
            (path, format!("must be {}", in_json(expected)))
        }
        _ => (path, place(error)),
    }
}

/// What the parser expected, in words of JSON in place of its own.
fn in_json(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more, that fits",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number that fits",
        "f32" | "f64" => "a number",
        "a string" => "a text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => "an object",
        // `struct NewHold`, `adjacently tagged enum KeySource`, `struct Outer with 2 elements`.
        _ if ["struct ", "enum "].iter().any(|kind| expected.contains(kind)) => "an object",
        _ => expected,
    }
}

fn place(error: &serde_json::Error) -> String {
    format!("is not the JSON expected here (line {}, column {})", error.line(), error.column())
}

/// Words of a query that may be these alone; `None` where it has none.
pub(crate) fn word_of<'q>(name: &str, said: Option<&'q str>, words: &[&str]) -> Result<Option<&'q str>, Problem> {
    let said = said.filter(|said| !said.is_empty());
    if said.is_some_and(|said| !words.contains(&said)) {
        return Err(Problem::bad_query(name, format!("must be one of {}", words.join(", "))));
    }
    Ok(said)
}

/// A body that is longer than this route takes.
pub(crate) fn too_large(bytes_max: usize) -> Problem {
    let detail = format!("a body has at most {bytes_max} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct PageQuery {
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

impl PageQuery {
    /// Where the page begins, and how many rows it has at most.
    pub(crate) fn page(&self) -> (Option<&str>, u32) {
        (self.after.as_deref(), self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX))
    }
}

/// Ids out of the path.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|p| Self(p.0))
            .map_err(|_| Problem::not_found())
    }
}

/// The query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|q| Self(q.0)).map_err(|rejection| {
            let text = rejection.body_text();
            let (name, rule) = misfit(text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text));
            Problem::bad_query(name, rule)
        })
    }
}

/// Which parameter broke which rule, by the words of the parser.
fn misfit(text: &str) -> (&str, String) {
    if let Some(name) = text.strip_prefix("duplicate field `").and_then(|rest| rest.strip_suffix('`')) {
        return (name, "stands more than once".into());
    }
    let (name, words) = text.split_once(": ").unwrap_or(("", text));
    let rule = match words.split_once(", expected ") {
        Some((_, known)) if words.starts_with("unknown field") => format!("is not known here; known: {known}"),
        _ if ["digit", "integer", "number"].iter().any(|word| words.contains(word)) => {
            "must be a whole number that fits".into()
        }
        _ if words.contains("`true` or `false`") => "must be `true` or `false`".into(),
        _ => "is not what is expected here".into(),
    };
    (name, rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Outer {
        rows: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Inner {
        count: u32,
        #[serde(default)]
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        Two,
    }

    /// The field and the rule are named, and what was sent is not repeated.
    #[test]
    fn a_body_that_does_not_fit_names_the_field_and_the_rule() {
        let of = |text: &str| {
            let error = serde_path_to_error::deserialize::<_, Outer>(&mut serde_json::Deserializer::from_str(text));
            let error = error.unwrap_err();
            let (path, rule) = unlike(pointer(error.path()), error.inner());
            format!("{path} {rule}")
        };
        assert_eq!(of("{}"), "/rows is missing");
        assert_eq!(of(r#"{"rows": [{"count": 1}, {}]}"#), "/rows/1/count is missing");
        assert_eq!(
            of(r#"{"rows": [{"count": "secret, expected x"}]}"#),
            "/rows/0/count must be a whole number, 0 or more, that fits"
        );
        assert_eq!(of(r#"{"rows": [{"count": -5}]}"#), "/rows/0/count must be a whole number, 0 or more, that fits");
        assert_eq!(of(r#"{"rows": [{"count": 1, "kind": "secret"}]}"#), "/rows/0/kind must be `one` or `two`");
        assert_eq!(
            of(r#"{"rows": [{"count": 1, "cnt": "secret"}]}"#),
            "/rows/0/cnt is not known here; known: `count` or `kind`"
        );
        assert_eq!(of(r#"{"rows": 1}"#), "/rows must be a list");
        assert_eq!(of(r#"{"rows": [true]}"#), "/rows/0 must be an object");
        assert_eq!(of("7"), " must be an object");
        assert_eq!(of(r#"{"rows": [{"count": 1"#), "/rows/0 is not the JSON expected here (line 1, column 21)");
    }

    /// A parameter that is misspelt would else be one that was never sent, and its sender would not learn of it.
    #[tokio::test]
    async fn a_query_that_does_not_fit_names_the_parameter_and_the_rule() {
        let of = async |query: &str| {
            let request = Request::builder().uri(format!("/?{query}")).body(()).unwrap();
            let read = Query::<PageQuery>::from_request_parts(&mut request.into_parts().0, &()).await;
            let told = serde_json::to_value(read.err().unwrap()).unwrap();
            format!("{} {} {}", told["status"], told["errors"][0]["path"], told["errors"][0]["rule"])
        };
        assert_eq!(of("limit=many").await, r#"400 "/limit" "must be a whole number that fits""#);
        assert_eq!(of("limit=99999999999").await, r#"400 "/limit" "must be a whole number that fits""#);
        assert_eq!(of("limit=").await, r#"400 "/limit" "must be a whole number that fits""#);
        assert_eq!(of("size=5").await, r#"400 "/size" "is not known here; known: `after` or `limit`""#);
        assert_eq!(of("limit=5&limit=6").await, r#"400 "/limit" "stands more than once""#);
    }

    #[test]
    fn a_word_of_a_query_is_one_of_those_known() {
        assert_eq!(word_of("state", None, &["open"]).unwrap(), None);
        assert_eq!(word_of("state", Some(""), &["open"]).unwrap(), None);
        assert_eq!(word_of("state", Some("open"), &["open"]).unwrap(), Some("open"));
        assert!(word_of("state", Some("bogus"), &["open", "done"]).is_err());
    }
}
