//! The ledger over HTTP: heads, entries with proofs, inventories.

use crate::{
    extract::{Json, Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{
    Json as Reply,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vouchsafe_app::{
    App,
    custody::ledger::{
        inventory::{self, InventorySent, Whose},
        read::{CheckpointSent, ConsistencySent, EntriesSent},
        search::Sought,
        tlog::TlogFile,
    },
    page::{LIMIT, LIMIT_MAX},
};
use vouchsafe_domain::ids::{MemberId, ProjectId};

/// Which entries: from a number on, or, where any of the last three is given, back from the newest.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct EntriesQuery {
    /// Number of the first entry, from 0.
    from: u64,
    /// Entries of a page, 1 to 1,000.
    limit: Option<u32>,
    /// `false` leaves the proofs out, for whoever fetches all entries and builds the tree himself.
    proofs: Option<bool>,
    /// Only below this number, the newest first.
    before: Option<u64>,
    /// Only of this group of acts: `content` (whatever left), `work`, `projects`, `people`, `walls`, `cases`, `releases`, `keeping`
    /// (clients, keys, holds, backups, the server) or `log`.
    group: Option<String>,
    /// Only those that name this project.
    #[param(value_type = Option<String>)]
    project: Option<ProjectId>,
}

/// Which heads.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct ConsistencyQuery {
    /// Entries of the earlier head.
    from: u64,
    /// Entries of the later head; without it, the newest.
    to: Option<u64>,
}

/// Whose inventory, and which part of it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct InventoryQuery {
    /// How the ledger calls the person, `p-…`.
    person: Option<String>,
    /// Or an account of his.
    member: Option<String>,
    /// `sent` (unless said otherwise), `opened`, `acts`, `decisions` or `beside`.
    kind: Option<String>,
    /// Number of the first entry.
    from: u64,
    /// Entries of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// Up to where somebody has checked a ledger.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollower {
    /// Entries of the head he checked.
    size: u64,
    /// Its root, in hex.
    root: String,
}

fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
}

impl InventoryQuery {
    /// Whose, when exactly one is named.
    fn whose(&self) -> Option<Whose> {
        match (&self.person, &self.member) {
            (Some(name), None) => Some(Whose::Named(name.clone())),
            (None, Some(member)) => Some(Whose::Member(member.parse().ok()?)),
            _ => None,
        }
    }
}

fn nobody() -> Problem {
    Problem::invalid("/person", "name either a `person` or an account by its id, `member`")
}

/// The signed head of a ledger: a client's id, or `installation`.
#[utoipa::path(
    get, path = "/api/v1/ledgers/{ledger}/checkpoint", tag = "custody", params(("ledger" = String, Path)),
    responses((status = 200, body = CheckpointSent)),
)]
pub async fn find_checkpoint(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
) -> Result<Reply<CheckpointSent>, Problem> {
    Ok(Reply(app.retry(|| app.ledger_checkpoint(&asker, &ledger)).await?))
}

/// The log as C2SP tlog-tiles has it: `checkpoint`, `tile/<level>/<n>`, `tile/entries/<n>`. Its layout is not ours, so
/// it stands in `docs/ledger-format.md` and not in the document of the API.
pub async fn find_tlog_file(
    State(app): State<App>,
    Signed(asker): Signed,
    Path((ledger, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    Ok(match app.retry(|| app.tlog(&asker, &ledger, &path)).await? {
        TlogFile::Checkpoint(note) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response(),
        TlogFile::Tile(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
    })
}

/// Entries of a ledger with their proofs. That they were read is an entry itself. A search looks through 10,000 entries at most and
/// says where it came to; what is withheld from the reader it neither finds nor counts.
#[utoipa::path(
    get, path = "/api/v1/ledgers/{ledger}/entries", tag = "custody", params(("ledger" = String, Path), EntriesQuery),
    responses((status = 200, body = EntriesSent)),
)]
pub async fn list_entries(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Query(query): Query<EntriesQuery>,
) -> Result<Reply<EntriesSent>, Problem> {
    let (from, limit, proofs) = (query.from, limit(query.limit), query.proofs.unwrap_or(true));
    Ok(Reply(match Sought::parse(query.group.as_deref(), query.project, query.before)? {
        None => app.retry(|| app.ledger_entries(&asker, &ledger, (from, limit), proofs)).await?,
        Some(_) if from > 0 => return Err(Problem::invalid("/from", "a search goes back: say `before`")),
        Some(sought) => app.retry(|| app.search_entries(&asker, &ledger, sought, limit, proofs)).await?,
    }))
}

/// The proof that one head of a ledger continues another.
#[utoipa::path(
    get, path = "/api/v1/ledgers/{ledger}/consistency", tag = "custody",
    params(("ledger" = String, Path), ConsistencyQuery), responses((status = 200, body = ConsistencySent)),
)]
pub async fn find_consistency(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Reply<ConsistencySent>, Problem> {
    Ok(Reply(app.retry(|| app.ledger_consistency(&asker, &ledger, query.from, query.to)).await?))
}

/// What a person was sent of a client, with proofs.
#[utoipa::path(
    get, path = "/api/v1/ledgers/{ledger}/inventory", tag = "custody", params(("ledger" = String, Path), InventoryQuery),
    responses((status = 200, body = InventorySent)),
)]
pub async fn find_inventory(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Query(query): Query<InventoryQuery>,
) -> Result<Reply<InventorySent>, Problem> {
    let (whose, kind) = (query.whose().ok_or_else(nobody)?, inventory::kind(query.kind.as_deref())?);
    let page = (query.from, limit(query.limit));
    Ok(Reply(app.retry(|| app.inventory(&asker, &ledger, &whose, kind, page)).await?))
}

/// The same, whole, as CSV: what was sent, what was opened, and what stands beside.
#[utoipa::path(
    get, path = "/api/v1/ledgers/{ledger}/inventory.csv", tag = "custody",
    params(("ledger" = String, Path), InventoryQuery),
    responses((status = 200, content_type = "text/csv", description = "one row for each entry")),
)]
pub async fn find_inventory_csv(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Query(query): Query<InventoryQuery>,
) -> Result<Response, Problem> {
    let whose = query.whose().ok_or_else(nobody)?;
    let csv = app.retry(|| app.inventory_csv(&asker, &ledger, &whose)).await?;
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"inventory.csv\""),
    ];
    // An error in the middle breaks the connection, so nobody takes a part for the whole.
    let pieces = stream::unfold(csv, |mut csv| async move {
        let piece = csv.next_piece().await?;
        Some((piece.map_err(|error| std::io::Error::other(error.to_string())), csv))
    });
    Ok((head, Body::from_stream(pieces)).into_response())
}

/// Say that you keep this ledger's heads and have checked it up to one of them.
#[utoipa::path(
    post, path = "/api/v1/ledgers/{ledger}/followers", tag = "custody", params(("ledger" = String, Path)),
    request_body = NewFollower, responses((status = 204)),
)]
pub async fn create_follower(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Json(new): Json<NewFollower>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.follow_ledger(&asker, &ledger, new.size, &new.root)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erase the person behind an account: name, address and the personal parts of entries. Cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/members/{member}/erase", tag = "custody", params(("member" = String, Path)),
    responses((status = 200, body = Object)),
)]
pub async fn erase_member(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<Reply<Value>, Problem> {
    let erased = app.retry(|| app.erase_person(&asker, member)).await?;
    Ok(Reply(json!({"entries": erased})))
}
