//! The line: projects, tasks, the queue, assignments, annotations.
