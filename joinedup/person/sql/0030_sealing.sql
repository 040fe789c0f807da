-- Sealed lines of a record: nobody but the person and the named readers sees that they are there, in no list, count,
-- export or print, because the row itself is not shown. A marked seal says "something is sealed here" to those who
-- treat or support the person, and they may break it for an hour with a reason.

-- Whether the caller may open what is sealed under a key: the person on their own record, or a reader at this moment.
create function access.may_open_sealed(seal_body uuid, seal_key text) returns boolean stable security definer begin atomic
    select exists (
        select from public.access_sealeditem s
        where s.body_id = seal_body and s.source_key = seal_key and s.unsealed_at is null
          and (exists (select from public.access_accessgrant g where g.person_id = s.person_id
                  and g.subject_id = access.caller() and g.purpose = 'own_record'
                  and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
              or exists (select from public.access_sealreader r where r.seal_id = s.id
                  and r.subject_id = any (access.subjects())
                  and now() >= r.starts_at and (r.ends_at is null or now() < r.ends_at))));
end;

-- Whether a sender's row stands behind a line that is sealed from the caller.
create function access.record_is_closed(record uuid) returns boolean stable security definer begin atomic
    select exists (select from public.access_sealeditem s where s.record_id = record and s.unsealed_at is null
        and not access.may_open_sealed(s.body_id, s.source_key));
end;

create policy sealed_for_readers on person_timelineentry as restrictive for select to app
    using (not sealed or access.may_open_sealed(body_id, source_key));
create policy sealed_for_readers on person_sourcerecord as restrictive for select to app
    using (not access.record_is_closed(id));
create policy sealed_for_readers on person_sourcecontent as restrictive for select to app
    using (not access.record_is_closed(record_id));

alter table access_sealeditem enable row level security;
alter table access_sealreader enable row level security;
create policy readers on access_sealeditem for select to app
    using (unsealed_at is null and access.may_open_sealed(body_id, source_key));
create policy readers on access_sealreader for select to app
    using (exists (select from access_sealeditem s where s.id = access_sealreader.seal_id
        and access.may_open_sealed(s.body_id, s.source_key)));
create trigger keep_history after update or delete on access_sealeditem
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on access_sealreader
    for each row execute function access.keep_history();

-- A line that is told or worked out again is as sealed as it was.
create function access.seal_again() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from access_sealeditem where unsealed_at is null) then
        update person_timelineentry t set sealed = true from told n
        join access_sealeditem s on s.body_id = n.body_id and s.source_key = n.source_key and s.unsealed_at is null
        where t.id = n.id and not t.sealed;
    end if;
    return null;
end $$;
create trigger sealed_again after insert on person_timelineentry
    referencing new table as told for each statement execute function access.seal_again();

-- Who treats or supports people, in any place.
create function access.works_with_people() returns boolean stable security definer begin atomic
    select coalesce(cardinality(access.places_as('practitioner')), 0) > 0
        or coalesce(cardinality(access.places_as('case_manager')), 0) > 0;
end;

create function access.seal_item(seal uuid, entry uuid, why text, marked boolean, readers uuid[], at timestamptz)
returns uuid volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare line person_timelineentry%rowtype; own boolean;
begin
    select * into line from person_timelineentry t where t.id = entry for update;
    own := exists (select from access_accessgrant g where g.person_id = line.person_id and g.purpose = 'own_record'
        and g.subject_id = access.caller() and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
    if line.id is null or not access.may_see(line.person_id)
            or (line.sealed and not access.may_open_sealed(line.body_id, line.source_key)) then
        raise exception 'There is no such line, or you may not see it.'
            using errcode = 'insufficient_privilege', constraint = 'seal_needs_sight';
    end if;
    if not (own or access.works_with_people()) then
        raise exception 'Only those who work with people, or the person, seal a line.'
            using errcode = 'insufficient_privilege', constraint = 'sealed_by_who_may';
    end if;
    if line.record_id is null and line.open_ended then
        raise exception 'A line of work that still goes on cannot be sealed: its step must be able to end it.'
            using errcode = 'check_violation', constraint = 'open_work_is_not_sealed';
    end if;
    insert into access_sealeditem (id, person_id, body_id, source_key, record_id, marked, words, sealed_by_id, sealed_at,
        unsealed_words)
    values (seal, line.person_id, line.body_id, line.source_key, line.record_id, marked, why, access.caller(), at, '');
    insert into access_sealreader (id, seal_id, subject_id, words, starts_at)
    select gen_random_uuid(), seal, r, '', now() from (select access.caller() union select unnest(readers)) s (r)
    where not own or r <> access.caller();
    update person_timelineentry t set sealed = true where t.id = entry;
    return line.person_id;
end $$;

-- By a reader, or the person. The line is seen again by everybody who may see the record.
create function access.unseal_item(entry uuid, why text, at timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare line person_timelineentry%rowtype; held uuid;
begin
    select * into line from person_timelineentry t where t.id = entry and t.sealed for update;
    if line.id is null or not access.may_see(line.person_id)
            or not access.may_open_sealed(line.body_id, line.source_key) then
        raise exception 'There is no such sealed line, or you may not open it.'
            using errcode = 'insufficient_privilege', constraint = 'unseal_needs_a_reader';
    end if;
    update access_sealeditem s set unsealed_by_id = access.caller(), unsealed_at = at, unsealed_words = why
    where s.body_id = line.body_id and s.source_key = line.source_key and s.unsealed_at is null returning s.id into held;
    update person_timelineentry t set sealed = false where t.id = entry;
    return held;
end $$;

-- The marked seals of these people that are closed to a caller who works with people and may see the record.
create function access.marked_seals(people uuid[]) returns table (seal uuid, sealed_at timestamptz)
stable security definer begin atomic
    select s.id, s.sealed_at from public.access_sealeditem s
    where s.person_id = any (people) and s.marked and s.unsealed_at is null and access.works_with_people()
      and access.may_see(s.person_id) and not access.may_open_sealed(s.body_id, s.source_key)
    order by s.sealed_at, s.id;
end;

create function access.break_seal(reader uuid, seal uuid, why text) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held access_sealeditem%rowtype;
begin
    select * into held from access_sealeditem s where s.id = seal and s.marked and s.unsealed_at is null;
    if held.id is null or not access.may_see(held.person_id) or not access.works_with_people() then
        raise exception 'There is no such seal, or you may not break it.'
            using errcode = 'insufficient_privilege', constraint = 'seal_broken_by_who_may';
    end if;
    insert into access_sealreader (id, seal_id, subject_id, words, starts_at, ends_at)
    values (reader, seal, access.caller(), why, now(), now() + interval '1 hour');
    return held.person_id;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.may_open_sealed(uuid, text), access.record_is_closed(uuid),
    access.works_with_people(), access.seal_item(uuid, uuid, text, boolean, uuid[], timestamptz),
    access.unseal_item(uuid, text, timestamptz), access.marked_seals(uuid[]), access.break_seal(uuid, uuid, text) to app;
