-- What sharing needs to know of people: bodies without an agreement, registration with a practice, opt-outs from the
-- national list, and the destroying of what is older than its time.

do $$
declare t text;
begin
    foreach t in array array['access_consent', 'access_optout', 'access_proxy', 'access_legalhold'] loop
        execute format('alter table %I add constraint %I foreign key (person_id) references person_person (id) '
            'deferrable initially immediate', t, t || '_of_a_person');
    end loop;
end $$;

-- The bodies that told of a person, and whether an agreement lets the caller's body see what each holds. No rows where
-- none is needed: the place is under no agreement, or the sight rests on the person, a consent, or broken glass.
create function access.agreement_gaps(person uuid) returns table (body uuid, covered boolean)
stable security definer begin atomic
    select b.body_id, coalesce(access.may_share(b.body_id,
        (select s.body_id from public.access_subject s where s.id = access.caller()), p.place_id, 'direct_care'), false)
    from public.person_person p
    join lateral (select distinct i.body_id from public.person_sourceidentity i join public.person_person a
        on a.id = i.person_id where a.id = p.id or a.canonical_id = p.id) b on true
    where p.id = agreement_gaps.person and access.under_agreements(p.place_id, 'direct_care')
      and exists (select from public.access_accessgrant g where g.person_id = p.id
          and g.subject_id = any (access.subjects())
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
      and not exists (select from public.access_accessgrant g where g.person_id = p.id
          and g.subject_id = any (access.subjects()) and (g.purpose <> 'direct_care' or g.source like 'consent:%')
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
end;

-- The teams of a practice see whoever is registered there, from the day that a source says so to the day it says
-- otherwise. Derived here, when the code changes, so that policies read grants and nothing else.
create function access.register_with_practice(person uuid, practice_code text) returns void
volatile security definer begin atomic
    update public.access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.person_id = person and g.source like 'gp:%' and g.source <> 'gp:' || practice_code and g.ends_at is null;
    insert into public.access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
    select uuidv7(), s.id, person, 'direct_care', 'gp:' || practice_code, now(), 1
    from public.access_subject s join public.places_body b on b.id = s.body_id
    where s.kind = 'team' and b.kind = 'gp_practice' and b.code = practice_code
      and not exists (select from public.access_accessgrant g where g.subject_id = s.id and g.person_id = person
          and g.source = 'gp:' || practice_code and g.ends_at is null);
end;
create function access.follow_registration() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.register_with_practice(new.id, new.gp_practice_code);
    return null;
end $$;
create trigger registration_begins after insert on person_person
    for each row when (new.gp_practice_code <> '') execute function access.follow_registration();
create trigger registration_changes after update of gp_practice_code on person_person
    for each row when (new.gp_practice_code is distinct from old.gp_practice_code)
    execute function access.follow_registration();

-- A practice's new team sees whoever is registered there already.
create function access.team_of_practice() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
    select uuidv7(), new.id, p.id, 'direct_care', 'gp:' || b.code, now(), 1
    from places_body b join person_person p on p.gp_practice_code = b.code
    where b.id = new.body_id and b.kind = 'gp_practice';
    return null;
end $$;
create trigger team_of_practice after insert on access_subject
    for each row when (new.kind = 'team' and new.body_id is not null) execute function access.team_of_practice();

-- The national list names NHS numbers: whoever holds one of them, verified or not, is kept out; whoever the list named
-- and no longer names is not, unless they said so here. Returns how many stand by the list.
create function access.load_opt_outs(numbers text[], at timestamptz) returns bigint
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare standing bigint;
begin
    if access.caller() is null then
        raise exception 'Only the loader reads the national list.' using errcode = 'insufficient_privilege',
            constraint = 'opt_out_list_needs_loader';
    end if;
    update access_optout o set ends_at = greatest(load_opt_outs.at, o.starts_at)
    where o.told_by = 'national_list' and o.ends_at is null and not exists (select from person_personidentifier i
        where i.person_id = o.person_id and i.system = 'nhs-number' and i.value = any (numbers));
    insert into access_optout (id, person_id, told_by, recorded_by_id, starts_at)
    select uuidv7(), n.person_id, 'national_list', access.caller(), load_opt_outs.at
    from (select distinct i.person_id from person_personidentifier i
        where i.system = 'nhs-number' and i.value = any (numbers)) n
    on conflict (person_id) where ends_at is null do nothing;
    select count(*) into standing from access_optout o where o.told_by = 'national_list' and o.ends_at is null;
    return standing;
end $$;

-- Retention. Whoever has been past everything for longer than the time allowed: one line a person (linked records with
-- them), the last day on which anything happened, whether a legal hold stands, and how many source rows still have their
-- content. Left alone: anybody with something that still goes on, anybody this system itself worked for (requests,
-- assessments, plans, money, packages have no schedule yet), and children until their age.
create function access.expired_people(as_at date, years integer, longer_years integer, longer_bodies text[],
    child_until integer) returns table (person uuid, last_on date, rule text, held boolean, contents bigint)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    if access.caller() is distinct from (select s.id from access_subject s where s.code = 'service:worker') then
        raise exception 'Retention is work of the worker.' using errcode = 'insufficient_privilege',
            constraint = 'retention_needs_worker';
    end if;
    return query
    with told as (
        select coalesce(p.canonical_id, p.id) as who, max((r.told_at at time zone 'Europe/London')::date) as last_on,
            bool_or(b.code = any (longer_bodies)) as longer, count(c.record_id) as contents
        from person_sourcerecord r join person_person p on p.id = r.person_id join places_body b on b.id = r.body_id
        left join person_sourcecontent c on c.record_id = r.id
        group by 1),
    happened as (
        select coalesce(p.canonical_id, p.id) as who, max(greatest(t.starts_on, t.ends_on)) as last_on,
            bool_or(t.open_ended and not w.deceased) as goes_on
        from person_timelineentry t join person_person p on p.id = t.person_id
        join person_person w on w.id = coalesce(p.canonical_id, p.id)
        group by 1)
    select t.who, greatest(t.last_on, h.last_on, w.death_date),
        case when t.longer then 'longer' else 'ordinary' end,
        exists (select from access_legalhold l join person_person a on a.id = l.person_id
            where l.lifted_at is null and (a.id = t.who or a.canonical_id = t.who)), t.contents
    from told t join person_person w on w.id = t.who left join happened h on h.who = t.who
    where t.contents > 0 and not coalesce(h.goes_on, false)
      and greatest(t.last_on, h.last_on, w.death_date)
          + make_interval(years => case when t.longer then longer_years else years end) < as_at
      and (w.birth_date is null or w.deceased or w.birth_date + make_interval(years => child_until) < as_at)
      and not exists (select from door_request x where x.person_id = t.who)
      and not exists (select from assessment_assessment x where x.person_id = t.who)
      and not exists (select from plan_plan x where x.person_id = t.who)
      and not exists (select from funding_assessment x where x.person_id = t.who)
      and not exists (select from commissioning_package x where x.person_id = t.who);
end $$;

-- Transactions of the worker that are destroying: the row history keeps of their changes that they were, not what was.
create table access.destroying (made_in xid8 primary key default pg_current_xact_id(), run uuid not null);
create or replace function access.keep_history() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held jsonb := to_jsonb(old);
begin
    insert into public.access_rowhistory (actor_id, database_role, table_name, row_id, person_id, operation, before)
    values (access.caller(), session_user, tg_table_name,
        coalesce(held ->> 'id', held ->> 'person_id'),
        case when tg_table_name = 'person_person' then (held ->> 'id')::uuid else (held ->> 'person_id')::uuid end,
        lower(tg_op),
        case when session_user = 'worker' and exists (select from access.destroying d
            where d.made_in = pg_current_xact_id()) then null else held end);
    return case when tg_op = 'DELETE' then old else new end;
end $$;

-- Destroys the content of one person whose time is over, and everything that was made of it; keeps each row's digest and
-- says so in the log. It asks again whether their time is over, and a legal hold refuses. Returns how many contents.
create function access.destroy_content(of_person uuid, run uuid, as_at date, years integer, longer_years integer,
    longer_bodies text[], child_until integer) returns bigint
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    due record;
    people uuid[];
    destroyed bigint;
begin
    select * into due from access.expired_people(as_at, years, longer_years, longer_bodies, child_until) e
    where e.person = of_person;
    if due.person is null or due.held then
        raise exception 'Nothing of this person may be destroyed.' using errcode = 'insufficient_privilege',
            constraint = case when due.held then 'hold_forbids_destroying' else 'retention_time_not_over' end;
    end if;
    insert into access.destroying (run) values (destroy_content.run) on conflict do nothing;
    select array_agg(p.id) into people from person_person p where p.id = of_person or p.canonical_id = of_person;
    insert into access_destroyed (record_id, run_id, rule, digest, destroyed_at)
    select r.id, destroy_content.run, due.rule, r.digest, now()
    from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id where r.person_id = any (people);
    get diagnostics destroyed = row_count;
    delete from person_timelineentry t where t.person_id = any (people);
    delete from person_sourcecontent c using person_sourcerecord r where r.id = c.record_id and r.person_id = any (people);
    delete from person_personname n where n.person_id = any (people);
    delete from person_personidentifier i where i.person_id = any (people);
    delete from person_aboutme m where m.person_id = any (people);
    update person_person p set nhs_number = '', family = '', given = '', prefix = '', family_folded = '',
        birth_date = null, gender = 'unknown', death_date = null, address = '', postcode = '', phone = '',
        gp_practice_code = '' where p.id = any (people);
    perform access.record('content.destroyed', 'done', of_person, destroy_content.run, null, due.rule,
        destroyed::integer, '');
    return destroyed;
end $$;

-- The person of this number and date of birth, for whoever manages access in their place and gives both; null, alike, for
-- everybody else and for nobody.
create function access.person_for_proxy(nhs text, born date) returns uuid stable security definer begin atomic
    select coalesce(p.canonical_id, p.id) from public.person_personidentifier i
    join public.person_person p on p.id = i.person_id
    where i.system = 'nhs-number' and i.value = nhs and p.birth_date = born and access.manages_access_to(p.id)
    order by p.nhs_number = nhs desc, p.id limit 1;
end;

revoke execute on all functions in schema access from public;
grant execute on function access.person_for_proxy(text, date), access.agreement_gaps(uuid) to app;
grant execute on function access.load_opt_outs(text[], timestamptz) to loader;
grant execute on function access.expired_people(date, integer, integer, text[], integer),
    access.destroy_content(uuid, uuid, date, integer, integer, text[], integer) to worker;
