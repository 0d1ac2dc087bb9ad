//! Taking names out of what a log calls things: ids of files and names of fields hold addresses more often than one thinks.

use std::borrow::Cow;

/// What stands in the place of an address.
const ADDRESS: &str = "(address)";
/// Shorter names say too little to be looked for.
const NAME_CHARS_LEAST: usize = 3;
/// What Microsoft's drives put before the name of their owner.
const PERSONAL: &str = "/personal/";

/// The text without any e-mail address, and without the owner in the path of a personal drive. A run of the characters of which
/// addresses are made goes whole if an `@` stands within it: what belongs to which `@` is not ours to guess.
pub fn addresses(text: &str) -> Cow<'_, str> {
    let text = personal(text);
    if !text.contains('@') {
        return text;
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(from) = rest.find(inside) {
        let to = rest[from..].find(|one| !inside(one)).map_or(rest.len(), |end| from + end);
        let run = &rest[from..to];
        masked.push_str(&rest[..from]);
        masked.push_str(if run.trim_matches('@').contains('@') { ADDRESS } else { run });
        rest = &rest[to..];
    }
    masked.push_str(rest);
    Cow::Owned(masked)
}

fn inside(one: char) -> bool {
    one.is_alphanumeric() || "@._%+-'".contains(one)
}

/// The text with `by` in the place of a person: of the address, of the address as paths have it (`ann_lab_example`), and of what
/// stands before its `@` where that is a word of its own. Case does not count. Other addresses go too.
pub fn person<'t>(text: &'t str, address: &str, by: &str) -> Cow<'t, str> {
    let mut masked = only(text, address, by).map_or(Cow::Borrowed(text), Cow::Owned);
    let local = address.split_once('@').map_or("", |(local, _)| local);
    if let Some(without) = replaced(&masked, local, by) {
        masked = Cow::Owned(without);
    }
    match addresses(&masked) {
        Cow::Borrowed(_) => masked,
        Cow::Owned(without) => Cow::Owned(without),
    }
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
