-- Seals item by item: each contact of a Patient is a line of its own (joinedup/person/projection.py), under the Patient's
-- key with '#' and a mark of the name. One of them is sealed and the others stay; what the row says of who the person is
-- stays too, while the row as it came is closed to whoever may not read all of it.

create index timeline_parts on person_timelineentry (body_id, split_part(source_key, '#', 1)) where source_key like '%#%';
create index sealed_parts on access_sealeditem (body_id, split_part(source_key, '#', 1))
    where unsealed_at is null and source_key like '%#%';

-- Whether a sender's row stands behind a line that is sealed from the caller, in this or any other telling of the same
-- thing: what it said before it was told again says it still.
create or replace function access.record_is_closed(record uuid) returns boolean stable security definer begin atomic
    select exists (select from public.person_sourcerecord r
        cross join lateral (select r.kind || '/' || case when r.local_id <> '' then r.local_id else r.digest end) k (key)
        join public.access_sealeditem s on s.body_id = r.body_id and s.unsealed_at is null and (s.source_key = k.key
            or (s.source_key like '%#%' and split_part(s.source_key, '#', 1) = k.key))
        where r.id = record and not access.may_open_sealed(s.body_id, s.source_key));
end;

-- Who the person is by rows that are closed to the caller, who may see the person: the name, the address and the rest,
-- and nothing of the line that is sealed. Without it a record would be worked out anew from half of what was told.
create function access.facts_of_closed(people uuid[]) returns table (record_id uuid, person_facts jsonb)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if session_user <> 'app' or not exists (select from access_sealeditem s where s.unsealed_at is null) then
        return;  -- services read the rows themselves
    end if;
    return query
    select c.record_id, c.person_facts from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id
    where r.says_who and c.person_facts is not null and r.person_id in (
            select a.id from person_person a
            where (a.id = any (people) or a.canonical_id = any (people)) and access.may_see(a.id))
      and access.record_is_closed(r.id);
end $$;

-- The row stands where it says who somebody is: the facts name it as their source. Its content does not.
drop policy sealed_for_readers on person_sourcerecord;
create policy sealed_for_readers on person_sourcerecord as restrictive for select to app
    using (says_who or not access.record_is_closed(id));

-- A line that is told or worked out again is as sealed as it was. When a sealed contact is told no more and another is
-- told in the same breath, it may be the same one under another name: it is sealed too, once, for the same readers.
create or replace function access.seal_again() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from access_sealeditem where unsealed_at is null) then
        return null;
    end if;
    with lost as (
        select distinct on (n.body_id, n.source_key) s.id as seal, gen_random_uuid() as fresh, n.body_id, n.source_key,
            n.record_id, n.person_id
        from told n join access_sealeditem s on s.body_id = n.body_id and s.unsealed_at is null
            and s.record_id is not null and s.source_key <> n.source_key
            and split_part(s.source_key, '#', 1) = split_part(n.source_key, '#', 1)
        where n.kind = 'contact_person' and n.record_id is not null
          and not exists (select from person_timelineentry t where t.body_id = s.body_id and t.source_key = s.source_key)
          and not exists (select from access_sealeditem h where h.body_id = n.body_id and h.source_key = n.source_key
              and h.unsealed_at is null)
        order by n.body_id, n.source_key, s.sealed_at, s.id),
    kept as (
        insert into access_sealeditem (id, person_id, body_id, source_key, record_id, marked, words, sealed_by_id,
            sealed_at, unsealed_words)
        select l.fresh, l.person_id, l.body_id, l.source_key, l.record_id, s.marked, s.words, s.sealed_by_id, now(), ''
        from lost l join access_sealeditem s on s.id = l.seal),
    readers as (
        insert into access_sealreader (id, seal_id, subject_id, words, starts_at)
        select gen_random_uuid(), l.fresh, r.subject_id, r.words, now()
        from lost l join access_sealreader r on r.seal_id = l.seal and r.ends_at is null)
    update access_sealeditem s set record_id = null from lost l where s.id = l.seal;
    update person_timelineentry t set sealed = true from told n
    join access_sealeditem s on s.body_id = n.body_id and s.source_key = n.source_key and s.unsealed_at is null
    where t.id = n.id and not t.sealed;
    return null;
end $$;

revoke execute on function access.facts_of_closed(uuid[]) from public;
grant execute on function access.facts_of_closed(uuid[]) to app, loader, linker, worker;
