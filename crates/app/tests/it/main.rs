//! Use cases against real databases.

mod adjudication;
mod blind;
mod budgets;
mod cases;
mod change_project;
mod courses;
mod departures;
mod erasing;
mod fixes;
mod grants;
mod measuring;
mod named;
mod one_human;
mod outside;
mod over_time;
mod quality;
mod queue;
mod releases;
mod retry;
mod sessions;
mod signing;
mod standing;
mod two_sides;
mod undone;
mod walls;
mod watching;
