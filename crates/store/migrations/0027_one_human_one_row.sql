-- Whoever was merged into another stands in what binds or counts persons under that other's name alone.

delete from exposure
 where exists (select 1 from person p
                 join exposure e on e.person_id = p.merged_into
                where p.id = exposure.person_id and e.client_id = exposure.client_id);

update custody_request
   set asked_person = (select p.merged_into from person p where p.id = custody_request.asked_person)
 where asked_person in (select p.id from person p where p.merged_into is not null);

update custody_request
   set person_id = (select p.merged_into from person p where p.id = custody_request.person_id)
 where person_id in (select p.id from person p where p.merged_into is not null);

update key_destruction
   set ordered_person = (select p.merged_into from person p where p.id = key_destruction.ordered_person)
 where ordered_person in (select p.id from person p where p.merged_into is not null);

update watch_reveal
   set asked_person = (select p.merged_into from person p where p.id = watch_reveal.asked_person)
 where asked_person in (select p.id from person p where p.merged_into is not null);

update watch_case
   set person_id = (select p.merged_into from person p where p.id = watch_case.person_id)
 where person_id in (select p.id from person p where p.merged_into is not null);

insert into release_approval (release_id, person_id, member_id, approved_us)
  select a.release_id, p.merged_into, min(a.member_id), min(a.approved_us)
    from release_approval a
    join person p on p.id = a.person_id
   where p.merged_into is not null
   group by a.release_id, p.merged_into
  on conflict (release_id, person_id) do nothing;
delete from release_approval where person_id in (select p.id from person p where p.merged_into is not null);

insert into departure_approval (departure_id, person_id, member_id, approved_us)
  select a.departure_id, p.merged_into, min(a.member_id), min(a.approved_us)
    from departure_approval a
    join person p on p.id = a.person_id
   where p.merged_into is not null
   group by a.departure_id, p.merged_into
  on conflict (departure_id, person_id) do nothing;
delete from departure_approval where person_id in (select p.id from person p where p.merged_into is not null);
