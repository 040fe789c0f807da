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

-- Whether the caller manages access in the person's place.
create function access.manages_access_to(person uuid) returns boolean stable security definer begin atomic
    select coalesce(access.place_of(person) = any (access.places_as('administrator')), false);
end;

-- Gives a subject sight of a person, from now for as long as lies between `starts` and `ends`: by the database's clock,
-- because policies go by it. Whoever manages access in the person's place may give any purpose, but not to themselves.
-- Whoever has sight may pass it on for direct care: not to themselves or their team, and not beyond their own.
create function access.give_grant(grant_id uuid, receiver uuid, person uuid, purpose text, source text,
    starts timestamptz, ends timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare own_end timestamptz; until timestamptz := now() + (ends - starts);
begin
    if receiver = any (access.subjects()) then
        raise exception 'Nobody can give sight of a record to themselves or their own team.'
            using errcode = 'insufficient_privilege', constraint = 'grant_not_to_oneself';
    end if;
    if not access.manages_access_to(person) then
        select max(coalesce(g.ends_at, 'infinity')) into own_end from access_accessgrant g
        where g.person_id = person and g.subject_id = any (access.subjects())
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at);
        if own_end is null or give_grant.purpose <> 'direct_care' then
            raise exception 'Only somebody who may see this record, or who manages access, can give sight of it.'
                using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
        end if;
        until := nullif(least(coalesce(until, 'infinity'), own_end), 'infinity');
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    values (grant_id, receiver, person, give_grant.purpose, give_grant.source, now(), until, 1);
    return grant_id;
end $$;

-- Ends a grant now, if it still is at the version that the caller saw; returns the new version or null. `at` is the
-- act's time, for the record only: sight ends by the database's clock.
create function access.end_grant(grant_id uuid, at timestamptz, expected_version integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare new_version integer;
begin
    if not exists (select from access_accessgrant g where g.id = grant_id
        and (g.subject_id = any (access.subjects()) or access.manages_access_to(g.person_id))) then
        raise exception 'Only its holder, or somebody who manages access, can end a grant.'
            using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
    end if;
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.id = grant_id and g.version = expected_version and (g.ends_at is null or g.ends_at > now())
    returning g.version into new_version;
    return new_version;
end $$;

-- Ends the grants of a source that the caller's subjects hold: a declined referral takes its sight with it.
create function access.end_grants_of_source(receiver uuid, grant_source text, at timestamptz) returns bigint
volatile security definer begin atomic
    with ended as (
        update public.access_accessgrant g set ends_at = greatest(now(), g.starts_at),
            version = g.version + 1
        where g.subject_id = receiver and g.source = grant_source and g.ends_at is null
          and receiver = any (access.subjects())
        returning 1)
    select count(*) from ended;
end;

-- Whether a subject may see a person whom the caller sees too: so that nobody is given sight twice.
create function access.has_grant(subject uuid, person uuid) returns boolean stable security definer begin atomic
    select exists (select from public.access_accessgrant g where g.subject_id = subject and g.person_id = person
            and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
        and exists (select from public.access_accessgrant g where g.subject_id = any (access.subjects())
            and g.person_id = person and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
end;

-- How often the caller did something within the last hour, by their own log.
create function access.recent_acts(act_name text) returns bigint stable security definer begin atomic
    select count(*) from public.access_logentry l
    where l.actor_id = access.caller() and l.act = act_name and l.at > now() - interval '1 hour';
end;

revoke execute on all functions in schema access from public;
grant execute on function access.end_grants_of_source(uuid, text, timestamptz), access.has_grant(uuid, uuid),
    access.recent_acts(text) to app, worker;
grant execute on function access.give_grant(uuid, uuid, uuid, text, text, timestamptz, timestamptz),
    access.end_grant(uuid, timestamptz, integer) to app, worker;
