//! Lists the files of the built web app, so that they become part of the binary.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder")).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut table = String::from("pub(super) const FILES: &[(&str, &[u8])] = &[\n");
    list(&dist, &dist, &mut table);
    table.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo names the folder for output")).join("web.rs");
    fs::write(out, table).expect("the folder for output can be written");
}

fn list(root: &Path, folder: &Path, table: &mut String) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(root, &path, table);
        } else if let (Ok(name), Ok(full)) = (path.strip_prefix(root), path.canonicalize()) {
            let _ = writeln!(
                table,
                "    ({:?}, include_bytes!({:?})),",
                format!("/{}", name.display()),
                full.display().to_string()
            );
        }
    }
}
