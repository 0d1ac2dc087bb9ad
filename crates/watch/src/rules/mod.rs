//! Rules held as data: what to look for in single acts of outside logs.
