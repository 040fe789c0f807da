-- Runs of retention: rows that stand for good once their run is closed, read by privacy officers for their own places.

-- A line, a hold or a month belongs to a run that is still being written; a closed run takes none and loses none.
create function access.refuse_change_of_closed_run() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from access_retentionrun r
        where (tg_op <> 'INSERT' and r.id = old.run_id) or (tg_op <> 'DELETE' and r.id = new.run_id)) then
        raise exception 'What a run of retention found stands for good.' using errcode = 'insufficient_privilege',
            constraint = 'retention_run_is_closed';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
do $$
declare t text;
begin
    foreach t in array array['access_retentionline', 'access_retentionahead', 'access_retentionheld'] loop
        execute format('create trigger retention_run_is_closed before insert or update or delete on %I '
            'for each row execute function access.refuse_change_of_closed_run()', t);
        execute format('create policy worker_reads on %I for select to worker using ((select access.caller()) = '
            '(select s.id from access_subject s where s.code = ''service:worker''))', t);
        execute format('create policy privacy_officer on %I for select to app using (place_id = any '
            '((select access.places_as(''privacy_officer''))::uuid[]))', t);
    end loop;
    foreach t in array array['access_retentionrun', 'access_retentionline', 'access_retentionahead',
            'access_retentionheld', 'access_destroyed'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create trigger log_is_never_emptied before truncate on %I for each statement '
            'execute function access.refuse_change()', t);
    end loop;
    foreach t in array array['access_retentionrun', 'access_destroyed'] loop
        execute format('create trigger log_is_append_only before update or delete on %I '
            'for each row execute function access.refuse_change()', t);
    end loop;
end $$;
create trigger retention_run_is_closed before insert on access_destroyed
    for each row execute function access.refuse_change_of_closed_run();
create policy worker_reads on access_retentionrun for select to worker using (
    (select access.caller()) = (select s.id from access_subject s where s.code = 'service:worker'));
create policy privacy_officer on access_retentionrun for select to app using (
    coalesce(cardinality((select access.places_as('privacy_officer'))::uuid[]), 0) > 0);
-- What belongs to no person of a place (a line of the history without one) is shown to every privacy officer: a count.
create policy of_no_place on access_retentionline for select to app using (place_id is null
    and coalesce(cardinality((select access.places_as('privacy_officer'))::uuid[]), 0) > 0);

-- A legal hold: placed and lifted by the privacy officer of the person's place, each with its reason. False when it
-- stood so already.
create or replace function access.set_hold(person uuid, standing boolean, why text, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not coalesce(access.place_of(person) = any (access.places_as('privacy_officer')), false) then
        raise exception 'A legal hold is set by the privacy officer of the person''s place.'
            using errcode = 'insufficient_privilege', constraint = 'hold_needs_officer';
    end if;
    if standing then
        insert into access_legalhold (id, person_id, place_id, words, placed_by_id, placed_at)
        values (uuidv7(), person, access.place_of(person), why, access.caller(), set_hold.at)
        on conflict (person_id) where lifted_at is null do nothing;
    else
        update access_legalhold h set lifted_by_id = access.caller(), lifted_at = set_hold.at, lifted_words = why
        where h.person_id = person and h.lifted_at is null;
    end if;
    return found;
end $$;

revoke execute on function access.refuse_change_of_closed_run() from public;
