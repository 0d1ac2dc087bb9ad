//! Compartments: clients and their keys, clearances, walls, the ledger, holds.

pub mod agreements;
pub mod backup;
pub mod budgets;
pub mod cases;
pub mod clearance;
pub mod clients;
pub mod conflicts;
pub mod destructions;
pub mod disclosed;
pub mod exposures;
pub mod holds;
pub mod interests;
pub mod ledger;
pub mod opener;
pub mod ordered_walls;
pub mod organisations;
pub mod pass;
pub mod quarantine;
pub mod requests;
pub mod restore;
pub mod reveals;
pub mod sent_days;
pub mod sequence;
pub mod standing;
pub mod walls;
pub mod watched;
