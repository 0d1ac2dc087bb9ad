//! When two organisations are called the same: written otherwise, one name is still one name.

/// What a name may end with that does not tell one organisation from another: legal forms, and words before them.
const FORMS: [&str; 50] = [
    "ab",
    "ag",
    "and",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "cic",
    "co",
    "company",
    "corp",
    "corporation",
    "eg",
    "ev",
    "gbr",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sdn",
    "se",
    "sl",
    "spa",
    "sro",
    "srl",
    "ug",
];

/// A name without what does not tell one organisation from another: case, spaces, punctuation, a leading article and the
/// legal form. Two organisations whose names come to the same are taken for one until somebody knows better. A name that is
/// nothing but such words is kept whole. Empty only if the name has neither letter nor digit.
pub fn plain(name: &str) -> String {
    // `S.A.`, `A/S` and `Moody's` are one word each.
    let joined: String = name.to_lowercase().chars().filter(|c| !matches!(c, '.' | '/' | '\'' | '\u{2019}')).collect();
    let words: Vec<&str> = joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut kept = words.as_slice();
    while let [rest @ .., last] = kept
        && !rest.is_empty()
        && FORMS.contains(last)
    {
        kept = rest;
    }
    if let ["the", rest @ ..] = kept
        && !rest.is_empty()
    {
        kept = rest;
    }
    kept.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_written_otherwise_is_the_same_name() {
        for (one, other) in [
            ("Heron Labs", "HERON-LABS, Inc."),
            ("Heron Labs", "heronlabs"),
            ("Heron Labs", "The Heron Labs Company"),
            ("Lark", "Lark G.m.b.H. & Co. KG"),
            ("Wren", "Wren A/S"),
            ("Kite's", "KITES S.A."),
            ("Swift", " swift  Holdings Ltd "),
            ("Ägir", "ÄGIR AG"),
        ] {
            assert_eq!(plain(one), plain(other), "{one} and {other}");
        }
    }

    #[test]
    fn another_name_is_another() {
        for (one, other) in [("Heron", "Heron Labs"), ("Lark", "Larks"), ("Co", "Inc"), ("The Company", "Company Two")]
        {
            assert_ne!(plain(one), plain(other), "{one} and {other}");
        }
        assert_eq!(plain("Inc."), "inc", "a name of nothing else stays");
        assert_eq!(plain("?!"), "");
    }

    proptest! {
        #[test]
        fn case_and_punctuation_change_nothing(words in prop::collection::vec("[a-z0-9]{3,8}", 1..4), between in "[ ,&-]{1,3}") {
            let one = plain(&words.join(" "));
            prop_assert_eq!(&one, &plain(&words.join(&between).to_uppercase()));
            prop_assert_eq!(&one, &plain(&format!("{}, Inc.", words.join(" "))));
        }
    }
}
