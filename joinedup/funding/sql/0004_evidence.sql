-- Row security of evidence, adjustments, first estimates and appeals, and what must hold of them whatever a serving role
-- sends by hand. All of them are append-only: a correction, an answer or a difference is a row of its own.

select access.add_person_policies(t, 'person_id'), access.add_person_writing(t, 'person_id', 'insert') from (values
    ('funding_evidence'), ('funding_adjustment'), ('funding_firstestimate'), ('funding_estimatedifference'),
    ('funding_appeal'), ('funding_appealoutcome')) v (t);

create function access.refuse_money_change() returns trigger language plpgsql as $$
begin
    raise exception 'What was told or decided of money is corrected by a new row, never edited.'
        using errcode = 'insufficient_privilege', constraint = tg_argv[0];
end $$;

do $$
declare t text;
begin
    foreach t in array array['funding_evidence', 'funding_adjustment', 'funding_firstestimate',
        'funding_estimatedifference', 'funding_appeal', 'funding_appealoutcome'] loop
        execute format('create policy not_for_providers on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''provider''])))', t);
        execute format('create trigger append_only before update or delete on %I
            for each row execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
        execute format('create trigger never_emptied before truncate on %I
            for each statement execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
    end loop;
end $$;

-- Nobody writes under another's name, and only those whose work it is. The roles are those that carry tell_evidence,
-- decide_charge, take_calls, raise_appeal and answer_appeal in joinedup/access/roles.py; a test compares.
create policy own_hand_insert on funding_evidence as restrictive for insert to app, worker
    with check (recorded_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager'])));
create policy own_hand_insert on funding_adjustment as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager'])));
create policy own_hand_insert on funding_estimatedifference as restrictive for insert to app, worker
    with check (recorded_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager'])));
create policy own_hand_insert on funding_firstestimate as restrictive for insert to app, worker
    with check (recorded_by_id = (select access.caller()) and (select access.holds_role(array['coordinator'])));
create policy own_hand_insert on funding_appeal as restrictive for insert to app, worker
    with check (raised_by_id = (select access.caller())
        and (select access.holds_role(array['person', 'coordinator', 'practitioner', 'case_manager'])));
create policy own_hand_insert on funding_appealoutcome as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager', 'commissioner', 'accounting_officer'])));

-- What is corrected, adjusted, appealed against or answered is the same person's.
alter table funding_evidence add constraint evidence_corrects_one_of_its_person
    foreign key (corrects_id, person_id) references funding_evidence (id, person_id);
alter table funding_adjustment add constraint adjustment_of_the_plans_charge
    foreign key (charge_id, plan_id) references funding_assessment (id, plan_id);
alter table funding_adjustment add constraint adjustment_of_the_persons_charge
    foreign key (charge_id, person_id) references funding_assessment (id, person_id);
alter table funding_estimatedifference add constraint estimate_difference_of_its_person
    foreign key (estimate_id, person_id) references funding_firstestimate (id, person_id);
alter table funding_appeal add constraint appeal_of_the_persons_charge
    foreign key (charge_id, person_id) references funding_assessment (id, person_id);
alter table funding_appealoutcome add constraint appeal_outcome_of_its_person
    foreign key (appeal_id, person_id) references funding_appeal (id, person_id);

-- Nobody answers an appeal against their own decision, or one that they raised for somebody.
create function access.check_appeal_outcome() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from funding_appeal a join funding_assessment c on c.id = a.charge_id
               where a.id = new.appeal_id and new.decided_by_id in (c.decided_by_id, a.raised_by_id)) then
        perform access.refuse('appeal_answered_by_another', 'An appeal is answered by somebody who neither decided the '
            'charge nor raised it.');
    end if;
    return new;
end $$;
create trigger check_appeal_outcome before insert on funding_appealoutcome
    for each row execute function access.check_appeal_outcome();

revoke execute on all functions in schema access from public;
