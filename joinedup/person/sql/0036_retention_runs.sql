-- What a run of retention counts, destroys and proves. The run counts first, destroys by access.destroy_content, and is
-- closed with a digest over everything it found and destroyed, which follows the digest of the run before it.

-- Counts everybody whose time is over on a day and who comes within a year of it, and the lines of the row history that
-- are older than the years of their class (`history`: code, years, tables); returns whoever is due. By the worker.
create function access.count_retention(run uuid, as_at date, years integer, longer_years integer, longer_bodies text[],
    child_until integer, history jsonb) returns table (person uuid, last_on date, rule text, held boolean,
    contents bigint)
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    return query
    with found as materialized (
        select e.*, p.place_id, greatest(
            (e.last_on + make_interval(years => case e.rule when 'longer' then longer_years
                when 'ordinary' then years end))::date,
            case when not p.deceased then (p.birth_date + make_interval(years => child_until))::date end) as due_on
        from access.expired_people((as_at + interval '1 year')::date, years, longer_years, longer_bodies, child_until) e
        join person_person p on p.id = e.person),
    counted as (
        insert into access_retentionline (id, run_id, place_id, class_code, due, held, destroyed, contents)
        select uuidv7(), count_retention.run, f.place_id, f.rule, count(*), count(*) filter (where f.held), 0, 0
        from found f where f.due_on < count_retention.as_at group by f.place_id, f.rule),
    coming as (
        insert into access_retentionahead (id, run_id, place_id, class_code, month, people)
        select uuidv7(), count_retention.run, f.place_id, f.rule, date_trunc('month', f.due_on)::date, count(*)
        from found f where f.due_on >= count_retention.as_at
        group by f.place_id, f.rule, date_trunc('month', f.due_on)),
    kept as (
        insert into access_retentionheld (id, run_id, hold_id, place_id)
        select uuidv7(), count_retention.run, l.id, l.place_id
        from found f join person_person a on a.id = f.person or a.canonical_id = f.person
        join access_legalhold l on l.person_id = a.id and l.lifted_at is null
        where f.held and f.due_on < count_retention.as_at),
    lines as (
        insert into access_retentionline (id, run_id, place_id, class_code, due, held, destroyed, contents)
        select uuidv7(), count_retention.run, p.place_id, c.class ->> 'code', count(*),
            count(*) filter (where l.id is not null), 0, 0
        from jsonb_array_elements(history) c (class)
        join access_rowhistory h on h.table_name = any (array(select jsonb_array_elements_text(c.class -> 'tables')))
        left join person_person p on p.id = h.person_id
        left join access_legalhold l on l.person_id = h.person_id and l.lifted_at is null
        where h.before is not null
          and h.at < count_retention.as_at - make_interval(years => (c.class ->> 'years')::integer)
        group by p.place_id, c.class ->> 'code')
    select f.person, f.last_on, f.rule, f.held, f.contents from found f where f.due_on < count_retention.as_at;
end $$;

-- The digest of a run: of its own row, its lines, the months ahead, the holds, and each row whose content it destroyed.
create function access.retention_digest(closed access_retentionrun) returns bytea
stable security definer set timezone = 'UTC' begin atomic
    select sha256(closed.previous || convert_to(jsonb_strip_nulls(to_jsonb(closed) - 'digest' - 'previous')::text
        || coalesce((select jsonb_agg(jsonb_strip_nulls(to_jsonb(l)) order by l.id) from public.access_retentionline l
            where l.run_id = closed.id)::text, '')
        || coalesce((select jsonb_agg(jsonb_strip_nulls(to_jsonb(a)) order by a.id) from public.access_retentionahead a
            where a.run_id = closed.id)::text, '')
        || coalesce((select jsonb_agg(jsonb_strip_nulls(to_jsonb(h)) order by h.id) from public.access_retentionheld h
            where h.run_id = closed.id)::text, '')
        || coalesce((select string_agg(d.record_id || ' ' || d.rule || ' ' || d.digest, E'\n' order by d.record_id)
            from public.access_destroyed d where d.run_id = closed.id), ''), 'UTF8'));
end;

-- Closes a run: what it destroyed is counted from the rows themselves, and the digest follows the run before.
create function access.close_retention(run uuid, as_at date, asked_by text, destroys jsonb, schedule jsonb,
    at timestamptz) returns text
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare made access_retentionrun;
begin
    if session_user <> 'owner' and access.caller() is distinct from
            (select s.id from access_subject s where s.code = 'service:worker') then
        raise exception 'Retention is work of the worker.' using errcode = 'insufficient_privilege',
            constraint = 'retention_needs_worker';
    end if;
    perform pg_advisory_xact_lock(hashtext('access.retention'));
    update access_retentionline l set destroyed = d.people, contents = d.contents
    from (select w.place_id, x.rule, count(distinct w.id) as people, count(*) as contents
        from access_destroyed x join person_sourcerecord r on r.id = x.record_id join person_person p on p.id = r.person_id
        join person_person w on w.id = coalesce(p.canonical_id, p.id)
        where x.run_id = close_retention.run group by 1, 2) d
    where l.run_id = close_retention.run and l.class_code = d.rule and l.place_id = d.place_id;
    select r.number, r.digest into made.number, made.previous from access_retentionrun r order by r.number desc limit 1;
    made.id := close_retention.run;
    made.number := coalesce(made.number, 0) + 1;
    made.previous := coalesce(made.previous, decode(repeat('00', 32), 'hex'));
    made.as_at := close_retention.as_at;
    made.closed_at := close_retention.at;
    made.asked_by := close_retention.asked_by;
    made.destroys := close_retention.destroys;
    made.schedule := close_retention.schedule;
    made.digest := access.retention_digest(made);
    insert into access_retentionrun (id, number, as_at, closed_at, asked_by, destroys, schedule, previous, digest)
    values (made.id, made.number, made.as_at, made.closed_at, made.asked_by, made.destroys, made.schedule,
        made.previous, made.digest);
    return encode(made.digest, 'hex');
end $$;

-- Walks the runs and names every fault; nothing comes back when all is as it was. For privacy officers and the worker:
-- keys of runs only. The first 60 digits of each digest stand in the log, which is chained and anchored on its own.
create function access.verify_retention() returns table (run uuid, fault text)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    if coalesce(cardinality(access.places_as('privacy_officer')), 0) = 0 and access.caller() is distinct from
            (select s.id from access_subject s where s.code = 'service:worker') then
        return;
    end if;
    return query
    with walked as (
        select r.*, lag(r.number, 1, 0::bigint) over w as number_before,
            lag(r.digest, 1, decode(repeat('00', 32), 'hex')) over w as digest_before
        from access_retentionrun r window w as (order by r.number))
    select w.id, 'A run before it is missing' from walked w where w.number <> w.number_before + 1
    union all
    select w.id, 'It does not follow the run before it' from walked w where w.previous <> w.digest_before
    union all
    select r.id, 'What it counted or destroyed was changed since' from access_retentionrun r
    where r.digest <> access.retention_digest(r)
    union all
    select distinct d.run_id, 'Content that was destroyed is here again' from access_destroyed d
        join person_sourcecontent c on c.record_id = d.record_id
    union all
    select distinct d.run_id, 'A row whose content was destroyed is gone, or has another digest'
    from access_destroyed d left join person_sourcerecord r on r.id = d.record_id
    where r.digest is distinct from d.digest
    union all
    select distinct d.run_id, 'It destroyed content, and stands in no list of runs' from access_destroyed d
    where not exists (select from access_retentionrun r where r.id = d.run_id)
    union all
    select l.thing_id, case when r.id is null then 'The log knows it, and it is gone'
        else 'The log holds another digest' end
    from access_logentry l left join access_retentionrun r on r.id = l.thing_id
    where l.act in ('retention.ran', 'retention.tried') and l.reason <> '' and l.actor_id = (select s.id
        from access_subject s where s.code = 'service:worker')
      and (r.id is null or l.reason <> left(encode(r.digest, 'hex'), 60));
end $$;

-- What was destroyed before runs were kept becomes runs of its own, oldest first, so that the chain covers it.
do $$
declare earlier record;
begin
    for earlier in select d.run_id, min(d.destroyed_at) as at from access_destroyed d group by 1 order by 2 loop
        insert into access_retentionline (id, run_id, place_id, class_code, due, held, destroyed, contents)
        select uuidv7(), earlier.run_id, w.place_id, x.rule, count(distinct w.id), 0, count(distinct w.id), count(*)
        from access_destroyed x join person_sourcerecord r on r.id = x.record_id
        join person_person p on p.id = r.person_id join person_person w on w.id = coalesce(p.canonical_id, p.id)
        where x.run_id = earlier.run_id group by w.place_id, x.rule;
        perform access.close_retention(earlier.run_id, (earlier.at at time zone 'Europe/London')::date, 'before', '[]',
            '[]', earlier.at);
    end loop;
end $$;

revoke execute on function access.count_retention(uuid, date, integer, integer, text[], integer, jsonb),
    access.retention_digest(access_retentionrun),
    access.close_retention(uuid, date, text, jsonb, jsonb, timestamptz), access.verify_retention() from public;
grant execute on function access.count_retention(uuid, date, integer, integer, text[], integer, jsonb),
    access.close_retention(uuid, date, text, jsonb, jsonb, timestamptz) to worker;
grant execute on function access.verify_retention() to app, worker;
