//! Prints the JSON Schema of the schema language: `cargo run -p vouchsafe-domain --example published_schema`.

fn main() {
    println!("{:#}", vouchsafe_domain::work::schema::published());
}
