-- Where somebody looks again for a task that he passed is drawn each time, since a claim that finds nothing keeps nothing.

alter table place drop column swept_pos;
