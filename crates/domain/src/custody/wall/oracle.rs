//! The rule once more, written otherwise: as sentences over sets, slow and without shortcuts. The tests hold the two
//! against each other, and what random work left in a database against it. It uses nothing of the product.

type Pair = (usize, usize);

/// From this share on, in 1/10,000, an owner's conflicts are those of what he owns.
const SHARE_BINDS: u32 = 2_000;

/// A small world in plain numbers: organisations are 0 to [`SIZE`], times are small.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) size: usize,
    pub(super) now: i64,
    pub(super) pairs: Vec<(usize, usize, i64, Option<i64>)>,
    pub(super) classes: Vec<(usize, u8, i64, Option<i64>)>,
    pub(super) shares: Vec<(usize, usize, u32, i64, Option<i64>)>,
    pub(super) terms: Vec<(i64, bool)>,
    pub(super) seen: Vec<(usize, Option<i64>, bool)>,
    pub(super) ties: Vec<(usize, Option<i64>)>,
    pub(super) ordered: Vec<usize>,
    pub(super) waivers: Vec<(usize, usize, i64, i64)>,
    pub(super) leaving: Option<i64>,
    /// Clients of which entries were lost.
    pub(super) lost: Vec<usize>,
}

/// Every pair of organisations in conflict, both ways round.
pub(super) fn conflicts(world: &World) -> Vec<Pair> {
    let live = |from: i64, until: Option<i64>| from <= world.now && until.is_none_or(|u| u > world.now);
    let mut declared: Vec<Pair> = Vec::new();
    for &(a, b, from, until) in &world.pairs {
        if live(from, until) {
            declared.extend([(a, b), (b, a)]);
        }
    }
    for &(a, class, from, until) in &world.classes {
        for &(b, other, from2, until2) in &world.classes {
            if class == other && live(from, until) && live(from2, until2) {
                declared.push((a, b));
            }
        }
    }
    declared.retain(|(a, b)| a != b);
    // x is spoken for by y: the reflexive, transitive closure of "y owns enough of x", by squaring until nothing is new.
    let mut spoken: Vec<Pair> = (0..world.size).map(|x| (x, x)).collect();
    for &(owner, owned, share, from, until) in &world.shares {
        if share >= SHARE_BINDS && live(from, until) {
            spoken.push((owned, owner));
        }
    }
    loop {
        let more: Vec<Pair> = spoken
            .iter()
            .flat_map(|(x, y)| spoken.iter().filter(move |(z, _)| z == y).map(move |(_, w)| (*x, *w)))
            .filter(|pair| !spoken.contains(pair))
            .collect();
        if more.is_empty() {
            break;
        }
        spoken.extend(more);
        spoken.sort_unstable();
        spoken.dedup();
    }
    let speaks = |x: usize, y: usize| spoken.contains(&(x, y));
    let mut all = Vec::new();
    for x in 0..world.size {
        for y in 0..world.size {
            if x != y && declared.iter().any(|(a, b)| speaks(x, *a) && speaks(y, *b)) {
                all.push((x, y));
            }
        }
    }
    all
}

/// Whether the person of the world may be sent anything of `client`.
pub(super) fn open(world: &World, client: usize) -> bool {
    let rivals: Vec<usize> = conflicts(world).into_iter().filter(|(_, y)| *y == client).map(|(x, _)| x).collect();
    let waived = |x: usize| {
        world.waivers.iter().any(|&(a, b, from, until)| {
            ((a, b) == (x, client) || (b, a) == (x, client)) && from <= world.now && world.now < until
        })
    };
    let long_ago = |x: usize, at: i64| {
        let wait = world.terms[x].0.max(world.terms[client].0);
        !world.terms[x].1 && !world.terms[client].1 && at + wait <= world.now
    };
    let ended = |at: i64| !world.terms[client].1 && at + world.terms[client].0 <= world.now;
    let by_sight = world.seen.iter().any(|&(x, at, holding)| {
        rivals.contains(&x) && !waived(x) && (holding || at.is_none_or(|at| !long_ago(x, at)))
    });
    let by_tie = world.ties.iter().any(|&(x, until)| rivals.contains(&x) && !waived(x) && !until.is_some_and(ended));
    let by_loss = world.lost.iter().any(|&x| x == client || (rivals.contains(&x) && !waived(x)));
    let known = world.seen.iter().any(|&(x, ..)| x == client);
    let gone = world.leaving.is_some_and(|day| world.now >= day || !known);
    world.now > 0 && !by_loss && !gone && !world.ordered.contains(&client) && !by_sight && !by_tie
}
