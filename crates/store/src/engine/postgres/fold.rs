//! Several changes as one statement.
//!
//! What a statement costs PostgreSQL beside its work (a portal, a snapshot, an answer that is sent at once) is more than the
//! work of a small one. Changes of different tables, none of which reads what another changes, come to the same
//! whether they run one after the other or as parts of one `with`; so they are sent as one, and so is the same change of
//! different rows. They run in their order, that of the outer `union all`, which tells of each changed row whose it is: a count of each
//! part, one beside the other, costs PostgreSQL several times as much to set up.

use crate::{Error, Row, Val, dialect::Statement};
use std::{
    collections::HashMap,
    fmt::Write,
    sync::{LazyLock, Mutex, PoisonError},
};

/// At most this many changes in one statement, and this many rows of one change.
const PARTS_MAX: usize = 8;

/// Statements that are sent as one: how many, and as what.
pub(super) struct Group<'a> {
    /// How many there are.
    pub(super) parts: usize,
    sql: &'static str,
    vals: Vec<Val<'a>>,
}

impl<'a> Group<'a> {
    /// Changes in as few groups as their order allows.
    pub(super) fn all(changes: &[Statement<'a>]) -> Vec<Self> {
        let mut groups = Vec::new();
        let mut rest = changes;
        while !rest.is_empty() {
            let (mut parts, mut sql) = (1, rest[0].0);
            while let Some(together) = rest.get(..=parts).filter(|some| some.len() <= PARTS_MAX).and_then(folded) {
                (parts, sql) = (parts + 1, together);
            }
            let (these, behind) = rest.split_at(parts);
            let vals = these.iter().flat_map(|(_, vals)| vals.iter().cloned()).collect();
            groups.push(Group { parts, sql, vals });
            rest = behind;
        }
        groups
    }

    /// The same change of different rows, as many at a time as go into one statement, and what is left over row by row.
    pub(super) fn each(sql: &'static str, rows: &[&[Val<'a>]]) -> Vec<Self> {
        let many = rows.first().filter(|_| rows.len() >= PARTS_MAX).and_then(|row| repeated(sql, row.len()));
        let full = if many.is_some() { rows.len() / PARTS_MAX * PARTS_MAX } else { 0 };
        let (together, alone) = rows.split_at(full);
        let of_many = together.chunks(PARTS_MAX).map(|rows| (many.unwrap_or(sql), rows));
        let of_one = alone.chunks(1).map(|rows| (sql, rows));
        of_many.chain(of_one).map(|(sql, rows)| Group { parts: rows.len(), sql, vals: rows.concat() }).collect()
    }

    /// What is sent.
    pub(super) fn statement(&self) -> Statement<'_> {
        (self.sql, &self.vals)
    }

    /// How many rows each part changed, of what came back.
    pub(super) fn changed(&self, (rows, changed): &(Vec<Row>, u64)) -> Result<Vec<u64>, Error> {
        if self.parts == 1 {
            return Ok(vec![*changed]);
        }
        let parts: Vec<i64> = rows.iter().map(|row| row.int(0)).collect::<Result<_, _>>()?;
        Ok((0_i64..).take(self.parts).map(|i| parts.iter().filter(|part| **part == i).count() as u64).collect())
    }
}

/// A text by the places of those that it is made of.
type Texts = HashMap<Vec<(usize, usize)>, Option<&'static str>>;

/// Texts are `&'static str`, so each combination is made once a process and kept for good.
static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);

/// The text of several changes as one; `None` where they have to stay apart.
fn folded(changes: &[Statement<'_>]) -> Option<&'static str> {
    let key = changes.iter().map(|(sql, _)| (sql.as_ptr() as usize, sql.len())).collect();
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    *texts.entry(key).or_insert_with(|| {
        let sqls: Vec<&str> = changes.iter().map(|(sql, _)| *sql).collect();
        let counts: Vec<usize> = changes.iter().map(|(_, vals)| vals.len()).collect();
        are_apart(&sqls).then(|| &*Box::leak(text(&sqls, &counts).into_boxed_str()))
    })
}

/// A change as [`PARTS_MAX`] of them; `None` where it is none, or returns rows.
fn repeated(sql: &'static str, vals: usize) -> Option<&'static str> {
    static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    *texts.entry(vec![(sql.as_ptr() as usize, sql.len())]).or_insert_with(|| {
        tables(sql).map(|_| &*Box::leak(text(&[sql; PARTS_MAX], &[vals; PARTS_MAX]).into_boxed_str()))
    })
}

fn text(sqls: &[&str], vals: &[usize]) -> String {
    let mut parts = Vec::new();
    let mut before = 0;
    for (i, (sql, vals)) in sqls.iter().zip(vals).enumerate() {
        parts.push(format!("w{i} as ({} returning 1)", renumbered(sql, before)));
        before += vals;
    }
    let changed: Vec<String> = (0..sqls.len()).map(|i| format!("select {i} from w{i}")).collect();
    format!("with {} {}", parts.join(", "), changed.join(" union all "))
}

/// `$n` as `$(n + by)`.
fn renumbered(sql: &str, by: usize) -> String {
    let mut out = String::with_capacity(sql.len() + 8);
    let mut pieces = sql.split('$');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = piece.split_at(digits);
        let number: usize = number.parse().unwrap_or_default();
        let _ = write!(out, "${}{behind}", number + by);
    }
    out
}

/// Whether all are changes, each of a table that no other changes or reads.
fn are_apart(sqls: &[&str]) -> bool {
    let Some(all) = sqls.iter().map(|sql| tables(sql)).collect::<Option<Vec<_>>>() else { return false };
    let of_another = |i: usize| all.iter().enumerate().filter(move |(j, _)| *j != i).flat_map(|(_, tables)| tables);
    all.iter().enumerate().all(|(i, tables)| tables.first().is_some_and(|target| of_another(i).all(|t| t != target)))
}

/// The tables of a change, the one it changes first. `None` for what is no change, already says what it returns, or holds what
/// is not understood here.
fn tables(sql: &str) -> Option<Vec<&str>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if sql.contains("--") || quotes_a_value(sql) {
        return None;
    }
    let mut words = sql.split_inclusive(|c: char| !is_word(c)).flat_map(|piece| {
        let word = piece.trim_end_matches(|c: char| !is_word(c));
        let comma = piece.ends_with(',');
        [(!word.is_empty()).then_some(word), comma.then_some(",")].into_iter().flatten()
    });
    let target = match words.next()? {
        "insert" => (words.next()? == "into").then(|| words.next())??,
        "update" => words.next()?,
        "delete" => (words.next()? == "from").then(|| words.next())??,
        _ => return None,
    };
    let mut found = vec![target];
    let (mut clause, mut names_a_table) = ("", false);
    for word in words {
        match word {
            "returning" => return None,
            "from" | "join" | "using" => (clause, names_a_table) = ("from", true),
            "," => names_a_table = clause == "from",
            "select" | "where" | "on" | "set" | "values" | "group" | "order" | "limit" => {
                (clause, names_a_table) = ("", false);
            }
            _ if names_a_table => {
                found.push(word);
                names_a_table = false;
            }
            _ => {}
        }
    }
    Some(found)
}

/// Whether a dollar sign stands inside of quotation marks, where it begins no parameter.
fn quotes_a_value(sql: &str) -> bool {
    sql.split(['\'', '"']).skip(1).step_by(2).any(|quoted| quoted.contains('$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_different_tables_are_one_statement() {
        let sqls = [
            "update task set open_slots = open_slots - 1 where id = $1 and open_slots > 0",
            "insert into standing (member_id, taken, place) values ($1, 1, $2) on conflict (member_id) do update set taken = standing.taken + 1",
            "delete from draft where assignment_id = $1",
        ];
        assert!(are_apart(&sqls));
        let together = text(&sqls, &[1, 2, 1]);
        assert!(
            together.starts_with("with w0 as (update task set open_slots = open_slots - 1 where id = $1 and"),
            "{together}"
        );
        assert!(together.contains("values ($2, 1, $3) on conflict"), "{together}");
        assert!(
            together.ends_with("where assignment_id = $4 returning 1) select 0 from w0 union all select 1 from w1 union all select 2 from w2"),
            "{together}"
        );
    }

    #[test]
    fn what_leans_on_another_stays_apart() {
        let task = "update task set state = $1 where id = $2";
        for beside in [
            task,
            "insert into annotation (id) select $1 from task t where t.id = $2",
            "insert into annotation (id) select $1 from place p, task t where t.id = p.id",
            "update place set pos = 1 where (select count(*) from task where task.id = place.id) = 1",
            "delete from place using task where place.id = task.id",
            "select 1",
            "insert into place (id) values ($1) returning id",
            "update place set pos = 1 -- beside",
            "update place set word = '$1'",
        ] {
            assert!(!are_apart(&[task, beside]), "{beside}");
            assert!(!are_apart(&[beside, task]), "{beside}");
        }
        assert!(are_apart(&[task, "update place set pos = $1 where state = 'task'"]));
    }

    #[test]
    fn the_same_change_of_many_rows_goes_by_eights() {
        let rows = vec![[Val::Int(1), Val::Int(2)]; 19];
        let rows: Vec<&[Val<'_>]> = rows.iter().map(<[_; 2]>::as_slice).collect();
        let groups = Group::each("update a set x = $1 where y = $2", &rows);
        assert_eq!(groups.iter().map(|group| group.parts).collect::<Vec<_>>(), [8, 8, 1, 1, 1]);
        assert!(groups[0].statement().0.contains("w7 as (update a set x = $15 where y = $16 returning 1)"));
        assert_eq!(groups[0].statement().1.len(), 16);
        let asks = Group::each("select 1 where $1 = $2", &rows);
        assert_eq!(asks.len(), 19);
    }

    #[test]
    fn order_is_kept_and_groups_are_as_large_as_they_may_be() {
        let (a, b, c) =
            ("update a set x = $1", "update b set x = $1", "insert into c (x) select max(x) from a where y = $1");
        let vals = [Val::Int(1)];
        let of = |sqls: &[&'static str]| -> Vec<usize> {
            let statements: Vec<Statement<'_>> = sqls.iter().map(|sql| (*sql, vals.as_slice())).collect();
            Group::all(&statements).iter().map(|group| group.parts).collect()
        };
        assert_eq!(of(&[a, b, c]), [2, 1]);
        assert_eq!(of(&[b, c, a]), [2, 1]);
        assert_eq!(of(&[a, a, b]), [1, 2]);
        assert_eq!(of(&[]), [] as [usize; 0]);
    }
}
