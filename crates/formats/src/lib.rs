//! Streaming readers and writers of data formats.
//!
//! [`work`] takes a client's file in, row by row; [`quality`] reads tables of answers; [`releases`] writes what goes back,
//! [`custody`] what a client leaves with. Nothing here knows a
//! database, a clock or a network: bytes come in, rows go out, and the other way round. Memory is bounded by
//! the limits each part names, whatever the size of the file.

pub mod custody;
pub mod quality;
pub mod releases;
pub mod work;
