-- What a member submitted in one project, newest first.

create index annotation_mine_of on annotation (member_id, project_id, submitted_us);
