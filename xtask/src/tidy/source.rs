//! Takes Rust text apart just far enough: what is code, what is comment, what is a string.
//!
//! Knows strings (escaped, raw, byte, C), characters against lifetimes, and nested comments; nothing of grammar.

/// A string literal: its content without quotes, escapes as written.
pub(crate) struct Literal<'s> {
    /// Line of the opening quote, from 1.
    pub(crate) line: usize,
    pub(crate) text: &'s str,
}

/// A Rust file taken apart.
pub(crate) struct Source<'s> {
    /// The text with comments and the insides of strings replaced by spaces; same lines as the original.
    pub(crate) code: String,
    pub(crate) literals: Vec<Literal<'s>>,
}

pub(crate) fn parse(text: &str) -> Source<'_> {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        // How long what starts here is, and the part of it to be hidden.
        let (length, inside) = if rest.starts_with(b"//") {
            let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
            (length, 0..length)
        } else if rest.starts_with(b"/*") {
            let length = comment_length(rest);
            (length, 0..length)
        } else if let Some(hashes) = raw_string_hashes(bytes, at) {
            let open = hashes + 2;
            let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
            let inside = rest[open..].windows(close.len()).position(|window| window == close);
            inside.map_or((rest.len(), open..rest.len()), |inside| (open + inside + close.len(), open..open + inside))
        } else if rest[0] == b'"' {
            let inside = quoted_length(rest, b'"');
            ((inside + 2).min(rest.len()), 1..inside + 1)
        } else if rest[0] == b'\'' && is_character(rest) {
            let inside = quoted_length(rest, b'\'');
            ((inside + 2).min(rest.len()), 1..inside + 1)
        } else {
            line += usize::from(rest[0] == b'\n');
            at += 1;
            continue;
        };
        let end = at + length;
        let inside = at + inside.start..at + inside.end;
        let is_string = rest[0] == b'"' || rest[0] == b'r';
        if is_string {
            literals.push(Literal { line, text: &text[inside.clone()] });
        }
        for byte in &mut code[inside.clone()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        line += text[at..end].matches('\n').count();
        at = end;
    }
    // Only whole literals and comments were overwritten, so this stays UTF-8; the lossy form never has to act.
    Source { code: String::from_utf8_lossy(&code).into_owned(), literals }
}

fn comment_length(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The number of `#` if a raw string starts at `at` with its `r`.
fn raw_string_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let prefix_ok = match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'b' | b'c') => at < 2 || !is_name(bytes[at - 2]),
        Some(before) => !is_name(before),
        None => true,
    };
    if bytes[at] != b'r' || !prefix_ok {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|&&b| b == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// How many bytes stand between the quote that `rest` opens with and the one that closes it.
fn quoted_length(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b if b == quote => return at - 1,
            _ => at += 1,
        }
    }
    rest.len() - 1
}

/// A `'` opens a character if it is escaped or closed after one; otherwise it is a lifetime.
fn is_character(rest: &[u8]) -> bool {
    if rest.get(1) == Some(&b'\\') {
        return true;
    }
    let text = String::from_utf8_lossy(&rest[1..rest.len().min(9)]);
    text.chars().nth(1) == Some('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str) -> Vec<(usize, String)> {
        parse(text).literals.iter().map(|literal| (literal.line, literal.text.to_owned())).collect()
    }

    #[test]
    fn strings_are_found_with_their_lines() {
        let text = "let a = \"one\\\"\";\n// \"no\"\nlet b = r#\"t\"wo\n\"#; /* \"no /* \" */ */ let c = b\"three\";";
        assert_eq!(literals(text), [(1, "one\\\"".into()), (3, "t\"wo\n".into()), (4, "three".into())]);
    }

    #[test]
    fn code_keeps_its_lines_and_loses_comments_and_strings() {
        let code = parse("a(\"x\ny\"); // todo\nb('\"', 'c'); fn f<'d>() {}").code;
        assert_eq!(code, "a(\" \n \");        \nb(' ', ' '); fn f<'d>() {}");
    }

    #[test]
    fn text_beyond_ascii_and_unclosed_quotes_do_no_harm() {
        assert_eq!(literals("let a = 'ä'; let b = \"日本\";"), [(1, "日本".into())]);
        assert_eq!(literals("let a = \"open"), [(1, "open".into())]);
        assert_eq!(literals("r#\"open"), [(1, "open".into())]);
    }
}
