-- Late annotations are looked for among many; sessions end when nobody uses them.

create index annotation_late on annotation (project_id, submitted_us, id) where state = 'late';
