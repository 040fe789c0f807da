-- Tests that were taken, and decisions on continuing healthcare: who sees and writes them, and what must hold of them
-- whatever a serving role sends by hand. Both are append-only.

select access.add_person_policies(t, 'person_id'), access.add_person_writing(t, 'person_id', 'insert') from (values
    ('funding_takentest'), ('funding_healthcaredecision')) v (t);

do $$
declare t text;
begin
    foreach t in array array['funding_takentest', 'funding_healthcaredecision'] loop
        execute format('create policy not_for_providers on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''provider''])))', t);
        execute format('create policy not_by_right_of_health on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''person''])) or access.may_see_money(person_id))', t);
        execute format('create trigger append_only before update or delete on %I
            for each row execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
        execute format('create trigger never_emptied before truncate on %I
            for each statement execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
    end loop;
end $$;

-- In one's own name, by those whose work it is: the roles that carry take_tests and decide_healthcare in
-- joinedup/access/roles.py; a test compares.
create policy own_hand_insert on funding_takentest as restrictive for insert to app, worker
    with check (taken_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager'])));
create policy own_hand_insert on funding_healthcaredecision as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller()) and (select access.holds_role(array['commissioner'])));

-- What is kept is what that version of the rule said of that case on that day, with its steps.
alter table funding_takentest add constraint test_is_what_its_rule_says check (
    answer ->> 'schema' = test || '/' || rule_version and jsonb_array_length(answer -> 'steps') > 0
    and "case" ->> 'on' = on_day::text and jsonb_typeof(figures) = 'array');
alter table funding_takentest add constraint test_on_a_day_that_has_come check (
    on_day <= (taken_at at time zone 'Europe/London')::date);
alter table funding_healthcaredecision add constraint healthcare_decision_of_the_persons_tool
    foreign key (tool_id, person_id, of_test) references funding_takentest (id, person_id, test);

-- A test reads what was told of this person, under whichever of their joined records, and nothing of anybody else's.
create function access.check_taken_test() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from unnest(new.evidence_ids) told (id) where not exists (
            select from funding_evidence e where e.id = told.id
                and e.person_id = any (access.whole_of(new.person_id)))) then
        perform access.refuse('test_reads_the_persons_evidence', 'A test reads what was told of the person it is about.');
    end if;
    return new;
end $$;
create trigger check_taken_test before insert on funding_takentest
    for each row execute function access.check_taken_test();

-- The tool advises and people decide: an integrated care board's officer, who did not take the tool, on the newest one.
create function access.check_healthcare_decision() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare tool funding_takentest;
begin
    select * into tool from funding_takentest t where t.id = new.tool_id;
    if not exists (select from access_subject s join places_body b on b.id = s.body_id
            where s.id = new.decided_by_id and s.kind = 'user' and b.kind in ('icb', 'ccg', 'pct')) then
        perform access.refuse('healthcare_decided_by_the_board', 'Somebody of the integrated care board decides on '
            'continuing healthcare.');
    end if;
    if tool.taken_by_id = new.decided_by_id then
        perform access.refuse('healthcare_decided_by_another', 'Who took the tool does not decide on it.');
    end if;
    if new.decided_at < tool.taken_at or exists (select from funding_takentest t where t.test = 'dst'
            and t.person_id = any (access.whole_of(new.person_id)) and (t.taken_at, t.id) > (tool.taken_at, tool.id)) then
        perform access.refuse('healthcare_decided_on_the_newest_tool', 'A decision rests on the tool that was taken last.');
    end if;
    return new;
end $$;
create trigger check_healthcare_decision before insert on funding_healthcaredecision
    for each row execute function access.check_healthcare_decision();

revoke execute on all functions in schema access from public;
