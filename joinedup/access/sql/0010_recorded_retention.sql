-- What this system itself recorded of somebody's money, and the reasons of seals: how much of it is past its time, class
-- by class. It counts and destroys nothing: these rows take no edit from anybody, and no time of the schedule was
-- verified yet. What still runs (care that is bought, an appeal without an answer, a dispute without an end, a seal) keeps
-- its class; a legal hold is said beside it. The tables are of steps above, so this is read when it is called.
create function access.expired_recorded(as_at date, years jsonb)
    returns table (person uuid, class text, last_on date, held boolean, contents bigint)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    if access.caller() is distinct from (select s.id from access_subject s where s.code = 'service:worker') then
        raise exception 'Retention is work of the worker.' using errcode = 'insufficient_privilege',
            constraint = 'retention_needs_worker';
    end if;
    return query
    with recorded (of_person, class, last_at, runs) as (
        select e.person_id, 'evidence', greatest(e.recorded_at, e.ends_on::timestamptz), false from funding_evidence e
        union all
        select a.person_id, 'appeals', coalesce(o.decided_at, a.raised_at), o.id is null from funding_appeal a
            left join funding_appealoutcome o on o.appeal_id = a.id
        union all
        select d.person_id, 'disputes', coalesce(d.ended_at, d.opened_at), d.ended_at is null
            from commissioning_dispute d
        union all
        select s.person_id, 'sealed-reasons', coalesce(s.unsealed_at, s.sealed_at), s.unsealed_at is null
            from access_sealeditem s),
    whole as (
        select coalesce(p.canonical_id, p.id) as who, r.class,
            max((r.last_at at time zone 'Europe/London')::date) as last_on, bool_or(r.runs) as runs,
            count(*) as contents
        from recorded r join person_person p on p.id = r.of_person group by 1, 2)
    select w.who, w.class, w.last_on,
        exists (select from access_legalhold l join person_person a on a.id = l.person_id
            where l.lifted_at is null and (a.id = w.who or a.canonical_id = w.who)), w.contents
    from whole w
    where not w.runs and years ? w.class
      and w.last_on + make_interval(years => (years ->> w.class)::integer) < as_at
      and (w.class = 'sealed-reasons' or not exists (select from commissioning_package x
          join person_person a on a.id = x.person_id where (a.id = w.who or a.canonical_id = w.who)
            and (x.state <> 'ended' or x.ends_on > w.last_on
              and x.ends_on + make_interval(years => (years ->> w.class)::integer) >= as_at)));
end $$;

-- The same as lines of a run (0008_retention_runs.sql), so that its digest covers them; before the run is closed.
create function access.count_recorded(run uuid, as_at date, years jsonb)
    returns table (person uuid, class text, last_on date, held boolean, contents bigint)
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    return query
    with found as materialized (select * from access.expired_recorded(as_at, years)),
    counted as (
        insert into access_retentionline (id, run_id, place_id, class_code, due, held, destroyed, contents)
        select uuidv7(), count_recorded.run, p.place_id, f.class, sum(f.contents),
            coalesce(sum(f.contents) filter (where f.held), 0), 0, 0
        from found f join person_person p on p.id = f.person group by p.place_id, f.class)
    select f.person, f.class, f.last_on, f.held, f.contents from found f;
end $$;
revoke execute on all functions in schema access from public;
grant execute on function access.expired_recorded(date, jsonb), access.count_recorded(uuid, date, jsonb) to worker;
