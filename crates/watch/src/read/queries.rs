//! The text of a database query, as rules ask for it.

/// A query without the comments and spaces that stand before it, and with one space for any run of white space: a rule asks
/// how a query begins, and whoever wrote it may have begun with a comment or on a new line.
///
/// Comments further in stay: they may stand inside of a text. Cost grows with the query.
pub(crate) fn plain(query: &str) -> String {
    let mut rest = query.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            break;
        };
        rest = after.trim_start();
    }
    let mut plain = String::with_capacity(rest.len());
    for word in rest.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_begins_with_its_first_word() {
        for (query, said) in [
            ("GET @s file:///tmp", "GET @s file:///tmp"),
            ("  -- a note\n  copy into @s\n\tfrom t", "copy into @s from t"),
            ("/* a */ -- b\n/* c */ show shares", "show shares"),
            ("select '-- no comment'", "select '-- no comment'"),
            ("-- nothing else", ""),
            ("/* never ends", ""),
        ] {
            assert_eq!(plain(query), said);
        }
    }
}
