//! Every route of the OpenAPI document, tried by everybody who should not get through, and by a browser that another
//! page steers. A new route joins by being in the document.

mod coverage;
mod disclosures;
mod operations;
mod refusals;
mod scene;
