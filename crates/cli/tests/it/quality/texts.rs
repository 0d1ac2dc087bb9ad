//! Texts that are more, or less, than words between blanks.

use super::aggregate;

fn consensus(texts: [&str; 3]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = String::from("task,worker,label\n");
    texts.iter().zip(["a", "b", "c"]).for_each(|(text, one)| rows.extend([format!("t,{one},{text}\n")]));
    let out = aggregate(folder.path(), &rows, &["--kind", "text"]);
    out.lines().nth(1).and_then(|line| line.strip_prefix("t,")?.rsplit_once(',')).expect("a text").0.to_owned()
}

#[test]
fn scripts_without_blanks_are_lined_up_sign_by_sign() {
    assert_eq!(consensus(["他今天去了北京大学", "我明天去了北京大学", "我今天来了北京大学"]), "我今天去了北京大学");
    assert_eq!(consensus(["我 love 北京", "我 love 北京", "我 like 北京"]), "我 love 北京");
}

#[test]
fn signs_that_say_something_count() {
    assert_eq!(consensus(["it is -5", "it is -5", "it is 5"]), "it is -5");
    assert_eq!(consensus(["I like C", "I like C++", "I like C++"]), "I like C++");
    assert_eq!(consensus(["3.14", "3.14", "314"]), "3.14");
    assert_eq!(consensus(["well-known; yes", "well-known yes", "well known yes"]), "well-known yes");
}

#[test]
fn pictures_punctuation_and_silence_are_texts() {
    assert_eq!(consensus(["👍", "👍", "👎"]), "👍");
    assert_eq!(consensus(["...", "...", "?!"]), "...");
    assert_eq!(consensus(["the cat", "", "the cat sat"]), "the cat");
    assert_eq!(consensus(["", "", "mm"]), "");
}
