-- Seals that were broken, for the privacy officer: of people of their places, or by staff who work in them. Who, when,
-- until when and why; never which line it was, what it said or why it had been sealed. Keys only, past row security.

alter table access_sealreader add constraint seal_broken_with_a_reason
    check (ends_at is null or words ~ '\S.{8,}\S') not valid;

create function access.broken_seals() returns table (item text, place uuid, at timestamptz, actor uuid, person uuid,
    why text)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
declare mine uuid[] := access.places_as('privacy_officer');
begin
    if coalesce(cardinality(mine), 0) = 0 then
        return;
    end if;
    return query
    select 'broken_seal:' || b.id, b.place, b.starts_at, b.subject_id, b.person_id, b.words::text
    from (select r.id, r.starts_at, r.subject_id, r.words, s.person_id,
            case when p.place_id = any (mine) then p.place_id
                else (select h.place_id from access_roleholding h where h.subject_id = r.subject_id
                    and h.place_id = any (mine) and r.starts_at >= h.starts_at
                    and (h.ends_at is null or r.starts_at < h.ends_at) order by h.place_id limit 1) end as place
        from access_sealreader r join access_sealeditem s on s.id = r.seal_id join person_person p on p.id = s.person_id
        where r.ends_at is not null) b
    where b.place is not null
    order by b.starts_at, b.id;
end $$;

-- Nobody finds their own breaking of a seal fine.
create function access.broke_this_seal(item text) returns boolean stable security definer begin atomic
    select exists (select from public.access_sealreader r
        where 'broken_seal:' || r.id = broke_this_seal.item and r.subject_id = access.caller());
end;
create policy not_of_their_own_seal on access_deskreview as restrictive for insert to app
    with check (item not like 'broken_seal:%' or not access.broke_this_seal(item));

revoke execute on all functions in schema access from public;
grant execute on function access.broken_seals(), access.broke_this_seal(text) to app;
