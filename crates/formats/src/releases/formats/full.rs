//! `full`: everything that was shown, answered, decided and reckoned. Every schema can be written so.

use vouchsafe_domain::work::schema::Schema;

use crate::releases::{DataFile, Format, LeftOut, Lines, NotExportable, Options, Plan, ReleaseRow};

/// One [`ReleaseRow`] a line.
pub(super) struct Full;

#[derive(Debug)]
struct Whole;

impl Format for Full {
    fn name(&self) -> &'static str {
        "full"
    }

    fn plan(&self, _schema: &Schema, _options: &Options) -> Result<Box<dyn Plan>, NotExportable> {
        Ok(Box::new(Whole))
    }
}

impl Plan for Whole {
    fn files(&self) -> Vec<DataFile> {
        vec![DataFile { name: "full" }]
    }

    fn write(&self, row: &ReleaseRow, to: &mut [Lines]) -> Result<Option<LeftOut>, serde_json::Error> {
        to[0].push(row)?;
        Ok(None)
    }
}
