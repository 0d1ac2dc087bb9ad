-- What a member had and did not answer: a lease that lapsed, or was given back without a word. He may take it up again.

create index assignment_unfinished on assignment (member_id, project_id, ended_us)
  where step = 'label' and state in ('lapsed', 'released');
