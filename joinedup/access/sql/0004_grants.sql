-- Grants: what row policies read. A serving role sees its caller's grants and changes none by hand: giving and ending
-- pass through two functions that check who asks.

alter table access_accessgrant enable row level security;
create policy mine on access_accessgrant for select to app, worker
    using (subject_id = any ((select access.subjects())::uuid[]));
create policy loader_all on access_accessgrant for all to loader using (true) with check (true);
create policy linker_all on access_accessgrant for all to linker using (true) with check (true);

alter table access_actionresult enable row level security;
create policy mine on access_actionresult for all to app, worker, loader
    using (by_id = (select access.caller())) with check (by_id = (select access.caller()));

-- Gives a subject sight of a person. The giver must have that sight now, or manage access in a place.
create function access.give_grant(grant_id uuid, receiver uuid, person uuid, purpose text, source text,
    starts timestamptz, ends timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if access.places_as('administrator') is null and not exists (
        select from access_accessgrant g where g.person_id = person and g.subject_id = any (access.subjects())
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)) then
        raise exception 'Only somebody who may see this record, or who manages access, can give sight of it.'
            using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    values (grant_id, receiver, person, give_grant.purpose, give_grant.source, starts, ends, 1);
    return grant_id;
end $$;

-- Ends a grant at an instant, if it still is at the version that the caller saw; returns the new version or null.
create function access.end_grant(grant_id uuid, at timestamptz, expected_version integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare new_version integer;
begin
    if access.places_as('administrator') is null and not exists (
        select from access_accessgrant g where g.id = grant_id and g.subject_id = any (access.subjects())) then
        raise exception 'Only its holder, or somebody who manages access, can end a grant.'
            using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
    end if;
    update access_accessgrant g set ends_at = greatest(end_grant.at, g.starts_at), version = g.version + 1
    where g.id = grant_id and g.version = expected_version and (g.ends_at is null or g.ends_at > end_grant.at)
    returning g.version into new_version;
    return new_version;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.give_grant(uuid, uuid, uuid, text, text, timestamptz, timestamptz),
    access.end_grant(uuid, timestamptz, integer) to app, worker;
