-- Row security of plans and visits, and what must hold of them whatever a serving role sends by hand.

select access.add_person_policies(t, 'person_id') from (values
    ('plan_plan'), ('plan_goal'), ('plan_line'), ('plan_casemanager'), ('plan_visit'), ('plan_stoppedvisit')) v (t);
select access.add_person_writing(t, 'person_id', command) from (values
    ('plan_plan'), ('plan_goal'), ('plan_line'), ('plan_casemanager'), ('plan_visit'), ('plan_stoppedvisit')) v (t),
    (values ('insert'), ('update')) c (command);

-- Nobody drafts, names, books or is stopped under another's name.
create policy own_hand_insert on plan_plan as restrictive for insert to app, worker
    with check (drafted_by_id = (select access.caller()));
create policy own_hand_insert on plan_casemanager as restrictive for insert to app, worker
    with check (named_by_id = (select access.caller()));
create policy own_hand_insert on plan_visit as restrictive for insert to app, worker
    with check (booked_by_id = (select access.caller()));
create policy own_hand_insert on plan_stoppedvisit as restrictive for insert to app, worker
    with check (stopped_for_id = (select access.caller()));

-- A part belongs to the person of its whole, whoever may see both.
alter table plan_line add constraint line_with_its_plan unique (id, plan_id);
alter table plan_goal add constraint goal_with_its_plan unique (id, plan_id);
alter table plan_visit add constraint visit_with_its_person unique (id, person_id);
alter table plan_plan add constraint plan_of_the_assessments_person
    foreign key (assessment_id, person_id) references assessment_assessment (id, person_id);
alter table plan_goal add constraint goal_of_the_plans_person
    foreign key (plan_id, person_id) references plan_plan (id, person_id);
alter table plan_line add constraint line_of_the_plans_person
    foreign key (plan_id, person_id) references plan_plan (id, person_id);
alter table plan_line add constraint line_serves_a_goal_of_its_plan
    foreign key (goal_id, plan_id) references plan_goal (id, plan_id);
alter table plan_casemanager add constraint case_manager_of_the_plans_person
    foreign key (plan_id, person_id) references plan_plan (id, person_id);
alter table plan_stoppedvisit add constraint stopped_visit_of_the_same_person
    foreign key (existing_id, person_id) references plan_visit (id, person_id);
alter table plan_stoppedvisit add constraint resulting_visit_of_the_same_person
    foreign key (visit_id, person_id) references plan_visit (id, person_id);

create function access.refuse(constraint_name text, message text) returns void language plpgsql as $$
begin
    raise exception '%', message using errcode = 'check_violation', constraint = constraint_name;
end $$;

-- draft -> agreed -> ended, or draft -> ended. What was agreed is not rewritten: a changed plan is a new plan.
create function access.check_plan() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'draft' then
            perform access.refuse('plan_starts_as_draft', 'A plan starts as a draft.');
        end if;
        if not exists (select from assessment_assessment a where a.id = new.assessment_id and a.state = 'complete') then
            perform access.refuse('plan_needs_complete_assessment', 'A plan is drafted from a complete assessment.');
        end if;
        return new;
    end if;
    if old.state = 'ended' or (old.state = 'agreed' and new.state = 'draft') then
        perform access.refuse('plan_moves_on', 'A plan goes from draft to agreed to ended, and never back.');
    end if;
    if (new.person_id, new.place_id, new.assessment_id, new.drafted_by_id, new.drafted_at) is distinct from
            (old.person_id, old.place_id, old.assessment_id, old.drafted_by_id, old.drafted_at)
        or old.state = 'agreed' and (new.what_matters, new.agreed_at, new.agreed_by, new.agreed_how) is distinct from
            (old.what_matters, old.agreed_at, old.agreed_by, old.agreed_how) then
        perform access.refuse('agreed_plan_is_not_rewritten', 'What was agreed is not rewritten.');
    end if;
    if old.state = 'draft' and new.state = 'agreed' and not (
            exists (select from plan_goal g where g.plan_id = new.id and g.state = 'open')
            and exists (select from plan_line l where l.plan_id = new.id and l.state = 'open')) then
        perform access.refuse('agreed_plan_has_goal_and_line', 'A plan needs a goal and a line before it is agreed.');
    end if;
    return new;
end $$;
create trigger check_plan before insert or update on plan_plan for each row execute function access.check_plan();

-- Goals and lines are written while the plan is a draft. Afterwards only what becomes of them changes.
create function access.check_plan_part() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare plan_state text; kept text[] := array['state', 'done_at', 'version', 'owner_id', 'due_on'];
begin
    select p.state into plan_state from plan_plan p where p.id = new.plan_id for share;
    if plan_state = 'ended' and tg_op = 'INSERT' or plan_state <> 'draft' and (tg_op = 'INSERT'
            or to_jsonb(new) - kept is distinct from to_jsonb(old) - kept) then
        perform access.refuse('agreed_plan_is_not_rewritten', 'What was agreed is not rewritten.');
    end if;
    return new;
end $$;
create trigger check_plan_part before insert or update on plan_goal
    for each row execute function access.check_plan_part();
create trigger check_plan_part before insert or update on plan_line
    for each row execute function access.check_plan_part();

-- A case manager is one person who works here, never a team; a time that has ended stays as it was.
create function access.check_case_manager() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from access_subject s where s.id = new.subject_id and s.kind = 'user') then
        perform access.refuse('case_manager_is_one_practitioner', 'A case manager is one person, never a team.');
    end if;
    if tg_op = 'UPDATE' and (old.ends_at is not null
            or to_jsonb(new) - 'ends_at' is distinct from to_jsonb(old) - 'ends_at') then
        perform access.refuse('case_manager_is_not_rewritten', 'Who was case manager when stays as it was.');
    end if;
    if tg_op = 'INSERT' and exists (select from plan_plan p where p.id = new.plan_id and p.state = 'ended') then
        perform access.refuse('ended_plan_takes_no_case_manager', 'This plan has ended.');
    end if;
    return new;
end $$;
create trigger check_case_manager before insert or update on plan_casemanager
    for each row execute function access.check_case_manager();

-- A visit is made by one person for their own body; it is cancelled and booked again, never moved under a reader's eyes.
create function access.check_visit() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' and not exists (select from access_subject s
            where s.id = new.worker_id and s.kind = 'user' and s.body_id = new.body_id) then
        perform access.refuse('visit_by_one_worker_of_its_body', 'A visit is made by one person for their own body.');
    end if;
    if tg_op = 'UPDATE' and to_jsonb(new) - array['state', 'cancelled_why', 'version'] is distinct from
            to_jsonb(old) - array['state', 'cancelled_why', 'version'] then
        perform access.refuse('visit_is_not_rewritten', 'A visit is cancelled and booked again, not rewritten.');
    end if;
    return new;
end $$;
create trigger check_visit before insert or update on plan_visit for each row execute function access.check_visit();

-- What was stopped stays as it was; what became of it is said once.
create function access.check_stopped_visit() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare told text[] := array['outcome', 'outcome_at', 'reason', 'visit_id'];
begin
    if old.outcome <> '' or to_jsonb(new) - told is distinct from to_jsonb(old) - told then
        perform access.refuse('stopped_visit_is_not_rewritten', 'What became of a stopped visit is said once.');
    end if;
    return new;
end $$;
create trigger check_stopped_visit before update on plan_stoppedvisit
    for each row execute function access.check_stopped_visit();

create trigger keep_history after update or delete on plan_plan for each row execute function access.keep_history();
create trigger keep_history after update or delete on plan_goal for each row execute function access.keep_history();
create trigger keep_history after update or delete on plan_line for each row execute function access.keep_history();
create trigger keep_history after update or delete on plan_casemanager
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on plan_visit for each row execute function access.keep_history();
create trigger keep_history after update or delete on plan_stoppedvisit
    for each row execute function access.keep_history();

revoke execute on all functions in schema access from public;
