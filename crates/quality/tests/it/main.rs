//! Checks on real sets and published figures. Sets lie outside the repository: `VOUCHSAFE_TEST_DATA` names their folder.

mod ability;
mod accuracy;
mod agreement;
mod allocate;
mod calibration;
mod data;
mod first_form;
mod grow;
mod numbers;
mod pairs;
mod properties;
mod spans;
mod texts;
