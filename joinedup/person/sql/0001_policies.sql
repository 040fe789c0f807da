-- Row security of the record: a row of a person is seen by exists() on the caller's live grants, and by nothing else.
-- Counts and lists start from grants. The loader and the linker work on everybody, under their own roles.

alter table access_accessgrant add constraint access_grant_of_a_person foreign key (person_id)
    references person_person (id) deferrable initially immediate;

-- Where a person lives says whose privacy officer and administrator answer for them (joinedup/access/sql/).
create or replace function access.place_of(person uuid) returns uuid stable security definer begin atomic
    select p.place_id from public.person_person p where p.id = place_of.person;
end;

create function access.add_person_policies(person_table text, person_column text) returns void
language plpgsql as $$
begin
    execute format('alter table public.%I enable row level security', person_table);
    execute format($policy$
        create policy granted on public.%1$I for select to app, worker using (exists (
            select from public.access_accessgrant g where g.person_id = %1$I.%2$I
              and g.subject_id = any ((select access.subjects())::uuid[])
              and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)))$policy$,
        person_table, person_column);
    execute format('create policy loader_all on public.%I for all to loader using (true) with check (true)',
        person_table);
    execute format('create policy linker_all on public.%I for all to linker using (true) with check (true)',
        person_table);
end $$;

-- A table whose rows a person with sight may also write by an action.
create function access.add_person_writing(person_table text, person_column text, command text) returns void
language plpgsql as $$
declare granted text := format('exists (select from public.access_accessgrant g where g.person_id = %1$I.%2$I
        and g.subject_id = any ((select access.subjects())::uuid[])
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))', person_table, person_column);
begin
    execute format('create policy granted_%2$s on public.%1$I for %2$s to app, worker %3$s with check (%4$s)',
        person_table, command, case when command = 'insert' then '' else 'using (' || granted || ')' end, granted);
end $$;

select access.add_person_policies(t, c) from (values
    ('person_person', 'id'), ('person_sourceidentity', 'person_id'), ('person_sourcerecord', 'person_id'),
    ('person_sourcecontent', 'person_id'), ('person_personname', 'person_id'), ('person_personidentifier', 'person_id'),
    ('person_timelineentry', 'person_id'), ('person_aboutme', 'person_id'), ('person_workitem', 'person_id')) v (t, c);
select access.add_person_writing('person_aboutme', 'person_id', 'insert');
select access.add_person_writing('person_aboutme', 'person_id', 'update');
select access.add_person_writing('person_timelineentry', 'person_id', 'insert');
-- A step closes its own open line; lines that come from a body's rows change with those rows only.
create policy granted_update on person_timelineentry for update to app, worker
    using (record_id is null and exists (select from access_accessgrant g where g.person_id = person_timelineentry.person_id
        and g.subject_id = any ((select access.subjects())::uuid[])
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)))
    with check (record_id is null and exists (select from access_accessgrant g
        where g.person_id = person_timelineentry.person_id and g.subject_id = any ((select access.subjects())::uuid[])
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
-- Nobody writes under another's name.
create policy own_hand_insert on person_aboutme as restrictive for insert to app, worker
    with check (written_by_id = (select access.caller()));
create policy own_hand_update on person_aboutme as restrictive for update to app, worker
    with check (written_by_id = (select access.caller()));
-- The worker rebuilds one person's timeline with the delegated right of whoever asked.
create policy rebuilt on person_timelineentry for delete to worker using (exists (
    select from access_accessgrant g where g.person_id = person_timelineentry.person_id
      and g.subject_id = any ((select access.subjects())::uuid[])
      and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
create policy privacy_officer on person_workitem for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[]));

create trigger keep_history after update or delete on person_person
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on person_sourceidentity
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on person_aboutme
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on person_workitem
    for each row execute function access.keep_history();

-- What a body sent is never edited: only what became of it (person, state) may change, and retention may destroy
-- content by deleting its row.
create function access.refuse_source_edit() returns trigger language plpgsql as $$
begin
    raise exception 'What a body sent is kept as it came.' using errcode = 'insufficient_privilege',
        constraint = 'source_is_immutable';
end $$;
create trigger source_is_immutable before update of id, body_id, place_id, kind, local_id, subject, digest, load_id,
    file, row, received_at, told_at, arrival, says_who on person_sourcerecord
    for each row execute function access.refuse_source_edit();
create trigger source_is_immutable before update of record_id, raw, person_facts, event_facts on person_sourcecontent
    for each row execute function access.refuse_source_edit();
create sequence access.arrival;
revoke execute on all functions in schema access from public;
grant usage on sequence access.arrival to loader;
