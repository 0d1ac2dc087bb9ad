//! What `verify` finds.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::sample::*;
use crate::releases::*;

struct Built {
    _parent: tempfile::TempDir,
    folder: PathBuf,
}

fn built() -> Built {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("r1");
    build(&folder);
    Built { _parent: parent, folder }
}

fn overwrite(path: &Path, bytes: &[u8]) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The faults found, in words.
fn faults(folder: &Path) -> Vec<String> {
    match verify(folder, check) {
        Verdict::Broken(faults) => faults.iter().map(ToString::to_string).collect(),
        Verdict::Verified(_) | Verdict::SignerUnknown(_) => Vec::new(),
    }
}

/// Write another manifest and sign it: what the signer's own mistakes, or a signer who means harm, could make.
fn resign(folder: &Path, change: impl Fn(&mut Manifest)) {
    let path = folder.join("manifest.json");
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    let bytes = serde_json::to_vec(&manifest).unwrap();
    overwrite(&path, &bytes);
    overwrite(&folder.join("manifest.json.sig"), sign(&bytes).as_bytes());
}

#[test]
fn a_whole_folder_is_whole_for_those_who_know_the_signer_and_those_who_do_not() {
    let built = built();
    assert!(matches!(verify(&built.folder, check), Verdict::Verified(manifest) if manifest.client == "Alder"));
    let unknown = |manifest: &[u8], signature: &str| check(manifest, signature).map(|_| Signer::Unknown);
    assert!(matches!(verify(&built.folder, unknown), Verdict::SignerUnknown(_)));
}

/// One bit of one byte, anywhere in any file.
#[test]
fn every_changed_byte_is_found() {
    let built = built();
    std::fs::remove_dir_all(&built.folder).unwrap();
    build_of(&built.folder, &[Some("response1")]);
    let files = [
        "README.md",
        "data/full.jsonl",
        "data/trl_preference.jsonl",
        "manifest.json",
        "manifest.json.sig",
        "provenance.jsonl",
    ];
    for file in files {
        let path = built.folder.join(file);
        let whole = std::fs::read(&path).unwrap();
        overwrite(&path, &whole);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            std::fs::write(&path, changed).unwrap();
            let found = faults(&built.folder);
            assert_eq!(found.len(), 1, "{file}, byte {at}");
            let named = if file == "manifest.json" { "manifest.json.sig" } else { file };
            assert!(found[0].starts_with(named), "{file}, byte {at}: {found:?}");
        }
        std::fs::write(&path, whole).unwrap();
    }
    assert_eq!(faults(&built.folder), Vec::<String>::new());
}

#[test]
fn every_cut_or_grown_or_missing_file_is_found() {
    for file in ["README.md", "data/full.jsonl", "manifest.json", "manifest.json.sig", "provenance.jsonl"] {
        let built = built();
        let path = built.folder.join(file);
        let whole = std::fs::read(&path).unwrap();
        for bytes in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &[], &[whole.as_slice(), b"\n"].concat()] {
            overwrite(&path, bytes);
            assert_eq!(faults(&built.folder).len(), 1, "{file}");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(faults(&built.folder), [format!("{file}: is missing")]);
    }
}

#[test]
fn whatever_was_added_is_found() {
    let built = built();
    std::fs::write(built.folder.join("data/more.jsonl"), "{}\n").unwrap();
    std::fs::write(built.folder.join("a\u{1b}[2Jb"), "").unwrap();
    std::fs::create_dir_all(built.folder.join("empty/deep")).unwrap();
    std::fs::write(built.folder.join(".hidden"), "").unwrap();
    let mut found = faults(&built.folder);
    found.sort();
    let expected = [".hidden", "a\\u{1b}[2Jb", "data/more.jsonl", "empty"];
    assert_eq!(found, expected.map(|file| format!("{file}: is not part of what was signed")));
}

#[test]
fn links_are_not_followed() {
    for file in ["data/full.jsonl", "manifest.json"] {
        let built = built();
        let path = built.folder.join(file);
        let elsewhere = built.folder.with_file_name("elsewhere");
        std::fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(faults(&built.folder), [format!("{file}: is not a plain file")]);
    }
    let built = built();
    let elsewhere = built.folder.with_file_name("elsewhere");
    std::fs::rename(built.folder.join("data"), &elsewhere).unwrap();
    symlink(&elsewhere, built.folder.join("data")).unwrap();
    let found = faults(&built.folder);
    assert!(found.contains(&"data: is not part of what was signed".to_owned()), "{found:?}");
    assert!(found.contains(&"data/full.jsonl: is missing".to_owned()), "{found:?}");
}

#[test]
fn a_listed_path_stays_in_the_folder() {
    for path in [
        "../outside",
        "/etc/passwd",
        "data/../../outside",
        "data//full.jsonl",
        "./data",
        "a\\b",
        "",
        ".",
        "data/full.jsonl/",
        "manifest.json",
        "manifest.json.sig",
        "\u{130}",
        ".hidden",
    ] {
        let built = built();
        std::fs::write(built.folder.with_file_name("outside"), "").unwrap();
        resign(&built.folder, |manifest| {
            let mut file = manifest.files[0].clone();
            path.clone_into(&mut file.path);
            manifest.files.push(file);
        });
        assert_eq!(
            faults(&built.folder),
            [format!("{}: is not a path that such a folder can hold", path.escape_debug())]
        );
    }
    let built = built();
    resign(&built.folder, |manifest| manifest.files.push(manifest.files[1].clone()));
    assert_eq!(faults(&built.folder), ["data/full.jsonl: is listed twice"]);
}

#[test]
fn a_manifest_that_signs_nonsense_is_no_release() {
    let built = built();
    resign(&built.folder, |manifest| manifest.version = 2);
    assert_eq!(faults(&built.folder), ["manifest.json: is a manifest of version 2; this program reads version 1"]);
    resign(&built.folder, |manifest| manifest.version = 1);
    resign(&built.folder, |manifest| manifest.files[1].rows = Some(5));
    assert_eq!(faults(&built.folder), ["data/full.jsonl: has 4 lines; the manifest says 5"]);
    resign(&built.folder, |manifest| "other".clone_into(&mut manifest.format));
    assert!(faults(&built.folder)[0].starts_with("manifest.json: is not the manifest that is looked for"));
    assert_eq!(faults(Path::new("/nowhere")), ["manifest.json: is missing"]);
}
