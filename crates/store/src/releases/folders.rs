//! What a release and a departure have in common: a folder that a job builds, and that two persons let go. One text of the
//! statements for the tables of both.

use vouchsafe_domain::{
    ids::{MemberId, PersonId},
    time::Micros,
};

/// One approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// By whom.
    pub person: PersonId,
    /// By which account.
    pub member: MemberId,
    /// When.
    pub at: Micros,
}

/// Statements about who builds a folder of the table `$table`: how many of what it holds is `$count`, when it came to nothing `$ended`.
macro_rules! building {
    ($table:literal, $id:ty, count: $count:literal, ended: $ended:literal) => {
        /// Those whose build nobody has been heard of since `heard_since`, oldest first.
        pub async fn unbuilt(on: &mut Read, heard_since: Micros, limit: u32) -> Result<Vec<$id>, Error> {
            let sql = concat!(
                "select f.id
                   from ",
                $table,
                " f
                  where f.state = 'building' and (f.build_us is null or f.build_us < $1)
                  order by f.ordered_us, f.id
                  limit $2"
            );
            on.q(sql, vals![heard_since, limit]).await?.iter().map(|row| row.id(0)).collect()
        }

        /// Takes one for building, unless somebody was heard building it since `heard_since`.
        pub async fn claim(tx: &mut Tx, id: $id, build: &str, at: Micros, heard_since: Micros) -> Result<bool, Error> {
            let sql = concat!(
                "update ",
                $table,
                " set build_id = $1, build_us = $2, build_attempts = build_attempts + 1, ",
                $count,
                " = 0
                  where id = $3 and state = 'building' and (build_us is null or build_us < $4)"
            );
            Ok(tx.exec(sql, vals![build, at, id, heard_since]).await? == 1)
        }

        /// A build says how far it is. False when it is no longer the one that holds it.
        pub async fn going(tx: &mut Tx, id: $id, build: &str, done: u64, at: Micros) -> Result<bool, Error> {
            let sql = concat!(
                "update ",
                $table,
                " set build_us = $1, ",
                $count,
                " = $2 where id = $3 and state = 'building' and build_id = $4"
            );
            let done = i64::try_from(done).unwrap_or(i64::MAX);
            Ok(tx.exec(sql, vals![at, done, id, build]).await? == 1)
        }

        /// What a finished build came to.
        pub struct Built<'a> {
            /// Which build.
            pub build: &'a str,
            /// `built`, or `approved` by a standing rule.
            pub state: State,
            /// The body, now with its manifest.
            pub body: &'a [u8],
            /// Tasks in it.
            pub tasks: u64,
            /// Size of its files.
            pub bytes: u64,
            /// When.
            pub at: Micros,
        }

        /// The folder is whole. False when this build no longer holds it.
        pub async fn built(tx: &mut Tx, clearance: &Clearance<'_>, id: $id, built: &Built<'_>) -> Result<bool, Error> {
            let sealed = clearance.seal(tx, $table, &id.to_string(), built.body)?;
            let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
            let sql = concat!(
                "update ",
                $table,
                " set state = $1, body_sealed = $2, ",
                $count,
                " = $3, bytes = $4, built_us = $5, build_us = null
                  where id = $6 and state = 'building' and build_id = $7"
            );
            let vals =
                vals![built.state.word(), sealed, whole(built.tasks), whole(built.bytes), built.at, id, built.build];
            Ok(tx.exec(sql, vals).await? == 1)
        }

        /// The build came to nothing. False when this build no longer holds it.
        pub async fn failed(tx: &mut Tx, id: $id, build: &str, why: &str, at: Micros) -> Result<bool, Error> {
            let sql = concat!(
                "update ",
                $table,
                " set state = 'failed', failure = $1, ",
                $ended,
                " = $2, build_us = null
                  where id = $3 and state = 'building' and build_id = $4"
            );
            Ok(tx.exec(sql, vals![why, at, id, build]).await? == 1)
        }
    };
}

/// Statements about who let it go, in the table `$approval` by its column `$of`. The key is the person, so that one with two
/// accounts is still one.
macro_rules! approvals {
    ($approval:literal, $of:literal, $id:ty) => {
        /// One person approves. False when this person did before, by whatever account.
        pub async fn approve(
            tx: &mut Tx,
            id: $id,
            person: PersonId,
            member: MemberId,
            at: Micros,
        ) -> Result<bool, Error> {
            let sql = concat!(
                "insert into ",
                $approval,
                " (",
                $of,
                ", person_id, member_id, approved_us) values ($1, $2, $3, $4)
                 on conflict (",
                $of,
                ", person_id) do nothing"
            );
            Ok(tx.exec(sql, vals![id, person, member, at]).await? == 1)
        }

        /// What `from` approved counts as approved by `to`: two accounts of one human are one approval.
        pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
            let moved = concat!(
                "update ",
                $approval,
                " set person_id = $1
                  where person_id = $2
                    and not exists (select 1 from ",
                $approval,
                " o where o.",
                $of,
                " = ",
                $approval,
                ".",
                $of,
                " and o.person_id = $1)"
            );
            tx.exec(moved, vals![to, from]).await?;
            tx.exec(concat!("delete from ", $approval, " where person_id = $1"), vals![from]).await?;
            Ok(())
        }

        /// Those that both of two persons approved; to be asked before they are joined.
        pub async fn of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<$id>, Error> {
            let sql = concat!(
                "select a.",
                $of,
                " from ",
                $approval,
                " a join ",
                $approval,
                " b on b.",
                $of,
                " = a.",
                $of,
                " where a.person_id = $1 and b.person_id = $2 order by a.",
                $of
            );
            tx.q(sql, vals![one, other]).await?.iter().map(|row| row.id(0)).collect()
        }

        /// Who approved, oldest first.
        pub async fn approvals(tx: &mut Tx, id: $id) -> Result<Vec<Approval>, Error> {
            let sql = concat!(
                "select person_id, member_id, approved_us from ",
                $approval,
                " where ",
                $of,
                " = $1 order by approved_us, person_id limit 100"
            );
            let rows = tx.q(sql, vals![id]).await?;
            rows.iter().map(|row| Ok(Approval { person: row.id(0)?, member: row.id(1)?, at: row.at(2)? })).collect()
        }
    };
}

pub(crate) use {approvals, building};
