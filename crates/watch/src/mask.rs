//! Taking names out of what a log calls things: ids of files and names of fields hold addresses more often than one thinks.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in the place of an address.
const ADDRESS: &str = "(address)";
/// Shorter names say too little to be looked for.
const NAME_CHARS_LEAST: usize = 3;
/// What Microsoft's drives put before the name of their owner.
const PERSONAL: &str = "/personal/";

/// The text without any e-mail address, without the owner in the path of a personal drive, and without who a claim or the name of a
/// session is about. A run of the characters of which addresses are made goes whole if an `@` stands within it, also as addresses
/// of the web have it: what belongs to which `@` is not ours to guess.
pub fn addresses(text: &str) -> Cow<'_, str> {
    others(text, "")
}

/// The text without any name but `kept`.
fn others<'t>(text: &'t str, kept: &str) -> Cow<'t, str> {
    let text = claimed(personal(text), kept);
    if !holds(&text) {
        return text;
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(from) = rest.find(inside) {
        let to = rest[from..].find(|one| !inside(one)).map_or(rest.len(), |end| from + end);
        let run = &rest[from..to];
        masked.push_str(&rest[..from]);
        masked.push_str(if holds(run.trim_matches('@')) { ADDRESS } else { run });
        rest = &rest[to..];
    }
    masked.push_str(rest);
    Cow::Owned(masked)
}

fn inside(one: char) -> bool {
    one.is_alphanumeric() || "@._%+-'#!&=~".contains(one)
}

fn holds(text: &str) -> bool {
    text.contains('@') || text.contains("%40")
}

/// The text without who a claim (`i:0#.w|lab\\ann`) or an id of a cloud (`…:assumed-role/Role/ann`) names, but for `kept`, which
/// stands there already.
fn claimed<'t>(text: Cow<'t, str>, kept: &str) -> Cow<'t, str> {
    let mut masked: Option<String> = None;
    let mut from = 0;
    let mut names: Vec<Range<usize>> =
        [":assumed-role/", ":federated-user/", ":user/"].iter().flat_map(|mark| of_cloud(&text, mark)).collect();
    names.extend(of_claim(&text));
    names.sort_by_key(|name| name.start);
    for name in names {
        let said = &text[name.clone()];
        if name.start < from || said.is_empty() || said == kept || said == ADDRESS {
            continue;
        }
        let masked = masked.get_or_insert_default();
        masked.push_str(&text[from..name.start]);
        masked.push_str(ADDRESS);
        from = name.end;
    }
    match masked {
        Some(masked) => Cow::Owned(masked + &text[from..]),
        None => text,
    }
}

/// Where ids of a cloud name people: behind the role whose session it is, or at the end of the path of a user.
fn of_cloud(text: &str, mark: &'static str) -> Vec<Range<usize>> {
    let names = text.match_indices(mark).filter_map(|(at, _)| {
        let (from, end) = (at + mark.len(), end_of(text, at + mark.len()));
        let path = &text[from..end];
        if mark == ":assumed-role/" {
            return path.find('/').map(|role| from + role + 1..end);
        }
        Some(from + path.rfind('/').map_or(0, |last| last + 1)..end)
    });
    names.collect()
}

/// Where claims name people: what stands behind the last bar.
fn of_claim(text: &str) -> Vec<Range<usize>> {
    let names = text.match_indices(":0").filter_map(|(at, _)| {
        let end = end_of(text, at);
        let bar = text[at..end].rfind('|')?;
        Some(at + bar + 1..end)
    });
    names.collect()
}

fn end_of(text: &str, from: usize) -> usize {
    text[from..].find(|one: char| one.is_whitespace() || ",;\"'".contains(one)).map_or(text.len(), |end| from + end)
}

/// The text with `by` in the place of a person: of the address, of the address as paths have it (`ann_lab_example`), and of what
/// stands before its `@` where that is a word of its own. Case does not count. Other addresses go too.
pub fn person<'t>(text: &'t str, address: &str, by: &str) -> Cow<'t, str> {
    let mut masked = only(text, address, by).map_or(Cow::Borrowed(text), Cow::Owned);
    for name in called(address) {
        if let Some(without) = replaced(&masked, &name, by) {
            masked = Cow::Owned(without);
        }
    }
    match others(&masked, by) {
        Cow::Borrowed(_) => masked,
        Cow::Owned(without) => Cow::Owned(without),
    }
}

/// What somebody is called in paths and ids, the longest first: what stands before the `@`, or at the end of an id of a cloud or a
/// claim, without what is behind a `+`, and with other signs between its words.
fn called(address: &str) -> Vec<String> {
    let last = address.rsplit(['/', '|', '\\']).next().unwrap_or(address);
    let local = last.split_once('@').map_or(last, |(local, _)| local);
    let local = if local == address { "" } else { local };
    let plain = local.split('+').next().unwrap_or(local);
    let mut names: Vec<String> = vec![local.to_owned(), plain.to_owned()];
    names.extend(["_", "-", ""].map(|between| plain.replace(['.', '_', '-'], between)));
    names.dedup();
    names
}

/// The text with `by` in the place of one address, also as paths have it. Names of others stay, and so do words that are like what
/// stands before the `@`. `None` if the address is not in it.
pub fn only(text: &str, address: &str, by: &str) -> Option<String> {
    let path: String = address.chars().map(|one| if one.is_alphanumeric() { one } else { '_' }).collect();
    let masked = replaced(text, address, by);
    replaced(masked.as_deref().unwrap_or(text), &path, by).or(masked)
}

fn personal(text: &str) -> Cow<'_, str> {
    let Some(at) = text.find(PERSONAL) else { return Cow::Borrowed(text) };
    let from = at + PERSONAL.len();
    let to = text[from..].find('/').map_or(text.len(), |end| from + end);
    // A pseudonym that was put there already stays.
    if text[from..to].contains(['_', '@']) {
        return Cow::Owned(format!("{}{ADDRESS}{}", &text[..from], &text[to..]));
    }
    Cow::Borrowed(text)
}

/// `None` if `name` does not stand in `text` as a word, or is too short to say anything. Compared in ASCII lower case, so that
/// places stay the same.
fn replaced(text: &str, name: &str, by: &str) -> Option<String> {
    if name.chars().count() < NAME_CHARS_LEAST {
        return None;
    }
    let (low, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let (mut masked, mut from) = (String::new(), 0);
    for (at, found) in low.match_indices(&name) {
        let end = at + found.len();
        let word = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
        if at < from || word(low[..at].chars().next_back()) || word(low[end..].chars().next()) {
            continue;
        }
        masked.push_str(&text[from..at]);
        masked.push_str(by);
        from = end;
    }
    (from > 0).then(|| masked + &text[from..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_person_is_not_named_by_the_files_they_took() {
        let hidden = |text| person(text, "ann.bee@lab.example", "p-1").into_owned();
        assert_eq!(hidden("drive/Ann.Bee@lab.example/x"), "drive/p-1/x");
        assert_eq!(
            hidden("https://l.sharepoint.example/personal/ann_bee_lab_example/Documents/x.docx"),
            "https://l.sharepoint.example/personal/p-1/Documents/x.docx"
        );
        assert_eq!(hidden("arn:aws:iam::1:user/ann.bee"), "arn:aws:iam::1:user/p-1");
        assert_eq!(hidden("joann.bees/cid@2"), "joann.bees/(address)");
        assert_eq!(
            hidden("https://l.sharepoint.example/personal/bob_lab_example/x"),
            "https://l.sharepoint.example/personal/(address)/x"
        );
        assert_eq!(hidden("to bob@lab.example, eve@rival.example"), "to (address), (address)");
        assert_eq!(hidden("1AbC"), "1AbC");
        assert_eq!(hidden("@.x@lab.example @team x@ @@"), "(address) @team x@ @@");
        assert_eq!(hidden("s3/home/ann_bee/x, annbee, ann-bee"), "s3/home/p-1/x, p-1, p-1");
    }

    /// As claims, sessions and addresses of the web write people.
    #[test]
    fn nobody_is_named_in_the_ways_that_hold_no_plain_address() {
        for (text, masked) in [
            ("arn:aws:sts::1:assumed-role/Role/bob.cee/x y", "arn:aws:sts::1:assumed-role/Role/(address) y"),
            ("arn:aws:sts::1:assumed-role/Role/bob.cee", "arn:aws:sts::1:assumed-role/Role/(address)"),
            ("arn:aws:sts::1:assumed-role/Role", "arn:aws:sts::1:assumed-role/Role"),
            ("from arn:aws:iam::1:user/bob, again", "from arn:aws:iam::1:user/(address), again"),
            ("i:0#.f|membership|bob@lab.example", "i:0#.f|membership|(address)"),
            ("i:0#.w|lab\\bob", "i:0#.w|(address)"),
            ("bob_mail.example#ext#@lab.example", "(address)"),
            ("bob+files@lab.example", "(address)"),
            ("x/bob%40lab.example/y", "x/(address)/y"),
            ("a|b 12:05", "a|b 12:05"),
        ] {
            assert_eq!(addresses(text), masked, "{text}");
        }
        let hidden = |text, address| person(text, address, "p-1").into_owned();
        assert_eq!(hidden("b/ann.bee/x", "arn:aws:sts::1:assumed-role/Role/ann.bee"), "b/p-1/x");
        assert_eq!(hidden("b/ann.bee/x", "ann.bee+files@lab.example"), "b/p-1/x");
        assert_eq!(hidden("b/ann.bee+files@lab.example/x", "ann.bee@lab.example"), "b/(address)/x");
        assert_eq!(
            hidden("arn:aws:sts::1:assumed-role/Role/ann.bee", "ann.bee@lab.example"),
            "arn:aws:sts::1:assumed-role/Role/p-1"
        );
    }

    proptest! {
        #[test]
        fn no_address_is_left_in_any_text(before in "\\PC{0,12}", local in "[a-z.]{1,8}", after in "\\PC{0,12}") {
            let address = format!("{local}x@lab.example");
            let text = format!("{before}{address}{after}");
            prop_assert!(!addresses(&text).contains(&address));
            prop_assert!(!person(&text, &address, "p-1").contains(&address));
        }
    }
}
