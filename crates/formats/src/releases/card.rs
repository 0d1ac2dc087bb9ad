//! `README.md`: the dataset card, with the YAML header that Hugging Face's tools read.

use std::{collections::BTreeSet, fmt::Write};

use super::{File, FileRole, Manifest};

/// What only the client or the operator can say about a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// The title.
    pub title: String,
    /// A license id as Hugging Face lists them, `other` for a contract. `None` leaves the field out.
    pub license: Option<String>,
    /// Its name, if it is `other`.
    pub license_name: Option<String>,
    /// Where it stands.
    pub license_link: Option<String>,
    /// Languages of the content, as ISO 639 codes.
    pub languages: Vec<String>,
    /// Such as `text-generation`.
    pub task_categories: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Paragraphs in Markdown, put below the title as they are.
    pub about: Option<String>,
    /// Whose knowledge was looked at before; `None` where nobody says.
    pub admitted: Option<Admitted>,
}

/// People whose knowledge was looked at before the release, by pseudonym.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admitted {
    /// Those with a credential that was verified and counts.
    pub credentials: BTreeSet<String>,
    /// Those who passed a course of the client that counts.
    pub courses: BTreeSet<String>,
}

/// The card of a release; `manifest` lists the data files.
pub(super) fn card(facts: &CardFacts, manifest: &Manifest, answered: &BTreeSet<String>) -> String {
    let mut card = String::from("---\n");
    header(&mut card, facts, manifest);
    card.push_str("---\n\n# ");
    card.push_str(&one_line(&facts.title));
    card.push('\n');
    if let Some(about) = &facts.about {
        line(&mut card, &format!("\n{}", about.trim()));
    }
    body(&mut card, manifest, facts.admitted.as_ref(), answered);
    card
}

fn header(card: &mut String, facts: &CardFacts, manifest: &Manifest) {
    line(card, &format!("pretty_name: {}", quoted(&facts.title)));
    list(card, "language", &facts.languages);
    for (key, value) in
        [("license", &facts.license), ("license_name", &facts.license_name), ("license_link", &facts.license_link)]
    {
        if let Some(value) = value {
            line(card, &format!("{key}: {}", quoted(value)));
        }
    }
    list(card, "task_categories", &facts.task_categories);
    line(card, "annotations_creators:\n- expert-generated");
    let largest = data(manifest).filter_map(|file| file.rows).max().unwrap_or(0);
    line(card, &format!("size_categories:\n- {}", size_category(largest)));
    list(card, "tags", &facts.tags);
    let filled: Vec<&File> = data(manifest).filter(|file| file.rows > Some(0)).collect();
    if filled.is_empty() {
        return;
    }
    let default = filled.iter().position(|file| file.format.as_deref() != Some("full")).unwrap_or(0);
    line(card, "configs:");
    for (place, file) in filled.iter().enumerate() {
        let name = file.path.trim_start_matches("data/").trim_end_matches(".jsonl");
        line(card, &format!("- config_name: {name}"));
        if place == default {
            line(card, "  default: true");
        }
        line(card, &format!("  data_files:\n  - split: train\n    path: {}", file.path));
    }
}

fn body(card: &mut String, manifest: &Manifest, admitted: Option<&Admitted>, answered: &BTreeSet<String>) {
    let counts = manifest.counts;
    line(card, "\n## How it was made\n");
    line(
        card,
        &format!(
            "{} tasks, {} annotations, {} decisions of reviewers, by {} people in all, who appear by pseudonym only. Release \
             `{}` of project `{}`, built {}.",
            counts.tasks,
            counts.annotations,
            counts.reviews,
            counts.people,
            manifest.release,
            manifest.project,
            manifest.built_at
        ),
    );
    if let Some(Admitted { credentials, courses }) = admitted {
        let of = |known: &BTreeSet<String>| answered.intersection(known).count();
        line(
            card,
            &format!(
                "\nPeople who answered: {}, of them {} with a credential that somebody had verified and {} who had passed a \
                 course of the client when it was built.",
                answered.len(),
                of(credentials),
                of(courses)
            ),
        );
    }
    if !manifest.steps.is_empty() {
        line(card, "\n| step | count | people | first | last |\n|---|---|---|---|---|");
    }
    for step in &manifest.steps {
        line(
            card,
            &format!("| {} | {} | {} | {} | {} |", step.step, step.count, step.people, step.first_at, step.last_at),
        );
    }
    line(card, "\n## Files\n\n| file | rows | left out |\n|---|---|---|");
    for file in data(manifest) {
        let reasons: Vec<String> = file.left_out.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let left_out = if reasons.is_empty() { "none".to_owned() } else { reasons.join(", ") };
        line(card, &format!("| `{}` | {} | {left_out} |", file.path, file.rows.unwrap_or(0)));
    }
    line(
        card,
        "\n`provenance.jsonl` tells for each task who did what, when, and which lines came of it. `manifest.json` has the \
         hash of every file and is signed; `vouchsafe release verify` checks both offline.",
    );
    line(card, "\n## Known limits\n");
    line(
        card,
        "Times at the task are measured in the annotator's browser. A consensus is the vote of the people listed, not \
         proof that they are right; its share in agreement stands beside it in `data/full.jsonl`.",
    );
}

fn data(manifest: &Manifest) -> impl Iterator<Item = &File> {
    manifest.files.iter().filter(|file| file.role == FileRole::Data)
}

fn line(card: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(card, "{text}");
}

fn list(card: &mut String, key: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    line(card, &format!("{key}:"));
    for value in values {
        line(card, &format!("- {}", quoted(value)));
    }
}

/// A YAML string: what JSON quotes, YAML 1.2 reads the same, once there are no control characters.
fn quoted(text: &str) -> String {
    serde_json::Value::String(one_line(text)).to_string()
}

fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') { ' ' } else { c };
    text.chars().map(shown).collect()
}

/// The bucket that Hugging Face sorts data sets by.
fn size_category(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        100_000_000..1_000_000_000 => "100M<n<1B",
        _ => "1B<n<10B",
    }
}
