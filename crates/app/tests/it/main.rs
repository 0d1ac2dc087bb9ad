//! Use cases against real databases.

mod cases;
mod change_project;
mod departures;
mod courses;
mod grants;
mod measuring;
mod quality;
mod queue;
mod releases;
mod standing;
mod walls;
mod watching;
