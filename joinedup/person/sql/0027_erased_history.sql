-- Destroying content destroys what the row history kept of it as well. The line of the history stays: who changed which
-- row when. What the row was before goes, and the digest of the whole line is kept, so that the sealed chain still proves.

create table access.erased_history (
    history_id bigint primary key,
    digest bytea not null check (length(digest) = 32),
    run uuid not null,
    erased_at timestamptz not null default now()
);
create trigger log_is_append_only before update or delete on access.erased_history
    for each row execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access.erased_history
    for each statement execute function access.refuse_change();
revoke all on access.erased_history from public;

-- The digest of a line of the history: as it was sealed, when its content was destroyed since. The chain compares it with
-- the sealed one, so that nobody can put a line in place of another by saying that it was erased.
create or replace function access.rowhistory_digest(entry access_rowhistory) returns bytea
stable set timezone = 'UTC' begin atomic
    select coalesce(
        (select e.digest from access.erased_history e where e.history_id = entry.id and entry.before is null),
        (select sha256(convert_to(jsonb_object_agg(k, v)::text, 'UTF8')) from jsonb_each(to_jsonb(entry)) c (k, v)
            where v <> 'null'));
end;

-- The history is append-only but for this: a transaction of the worker that is destroying empties what a row was before,
-- changes nothing else, and only where the digest is kept already.
create function access.refuse_history_change() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'UPDATE' and session_user = 'worker' and new.before is null
        and to_jsonb(new) - 'before' = to_jsonb(old) - 'before'
        and exists (select from access.destroying d join access.erased_history e on e.run = d.run
            where d.made_in = pg_current_xact_id() and e.history_id = old.id) then
        return new;
    end if;
    raise exception 'The logs are append-only.' using errcode = 'insufficient_privilege',
        constraint = 'log_is_append_only';
end $$;
drop trigger log_is_append_only on access_rowhistory;
create trigger log_is_append_only before update or delete on access_rowhistory
    for each row execute function access.refuse_history_change();

-- Called by access.destroy_content alone, in its transaction.
create function access.erase_history(people uuid[], run uuid) returns bigint
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare erased bigint;
begin
    if not exists (select from access.destroying d where d.made_in = pg_current_xact_id()
        and d.run = erase_history.run) then
        raise exception 'History is erased with the content it is about.' using errcode = 'insufficient_privilege',
            constraint = 'history_is_erased_with_content';
    end if;
    insert into access.erased_history (history_id, digest, run)
    select h.id, access.rowhistory_digest(h), erase_history.run from access_rowhistory h
    where h.person_id = any (people) and h.before is not null
      and h.table_name in ('person_person', 'person_personname', 'person_personidentifier', 'person_timelineentry',
          'person_sourcecontent', 'person_aboutme');
    get diagnostics erased = row_count;
    update access_rowhistory h set before = null from access.erased_history e
    where e.history_id = h.id and e.run = erase_history.run and h.before is not null;
    return erased;
end $$;

-- Destroys the content of one person whose time is over, and everything that was made of it, the row history too; keeps each row's digest and
-- says so in the log. It asks again whether their time is over, and a legal hold refuses. Returns how many contents.
create or replace function access.destroy_content(of_person uuid, run uuid, as_at date, years integer, longer_years integer,
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
    perform access.erase_history(people, destroy_content.run);
    perform access.record('content.destroyed', 'done', of_person, destroy_content.run, null, due.rule,
        destroyed::integer, '');
    return destroyed;
end $$;

revoke execute on function access.erase_history(uuid[], uuid), access.refuse_history_change() from public;
