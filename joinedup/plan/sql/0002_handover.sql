-- Handing an agreed plan over to another place: who may offer and answer, and that the plan's place changes by an
-- accepted handover and by nothing else. Care goes on meanwhile: sections 37 and 38 of the Care Act 2014 leave nobody
-- who moves between councils without it.

select access.add_person_policies('plan_handover', 'person_id');
select access.add_person_writing('plan_handover', 'person_id', command) from (values ('insert'), ('update')) c (command);
create policy own_hand_insert on plan_handover as restrictive for insert to app, worker
    with check (offered_by_id = (select access.caller()) and answer = '');
-- Whoever was asked accepts or declines; whoever asked takes it back.
create policy own_hand_update on plan_handover as restrictive for update to app, worker
    with check (answered_by_id = (select access.caller()) and case when answer = 'withdrawn'
        then offered_by_id = (select access.caller())
        else receiver_id = any ((select access.subjects())::uuid[]) end);
alter table plan_handover add constraint handover_of_the_plans_person
    foreign key (plan_id, person_id) references plan_plan (id, person_id);

create function access.check_handover() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare told text[] := array['answer', 'answered_by_id', 'answered_at']; held record;
begin
    select p.state, p.place_id into held from plan_plan p where p.id = new.plan_id for update;
    if tg_op = 'INSERT' then
        if held.state <> 'agreed' or held.place_id <> new.from_place_id then
            perform access.refuse('handover_of_an_agreed_plan', 'An agreed plan is handed over from the place it is in.');
        end if;
        if not access.works_in(new.receiver_id, new.to_place_id) then
            perform access.refuse('handover_to_who_works_there', 'Whoever is asked works with people in the new place.');
        end if;
        return new;
    end if;
    if old.answer <> '' or to_jsonb(new) - told is distinct from to_jsonb(old) - told then
        perform access.refuse('handover_is_answered_once', 'A handover is answered once and not rewritten.');
    end if;
    if new.answer = 'accepted' and (held.state <> 'agreed' or held.place_id <> new.from_place_id) then
        perform access.refuse('handover_of_an_agreed_plan', 'The plan has ended, or is in another place already.');
    end if;
    return new;
end $$;
create trigger check_handover before insert or update on plan_handover
    for each row execute function access.check_handover();

-- An accepted handover moves the plan; a declined or withdrawn one takes with it the sight that it gave, and no other.
create function access.answer_handover() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if new.answer = 'accepted' then
        update plan_plan set place_id = new.to_place_id, version = version + 1 where id = new.plan_id;
    else
        update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
        where g.person_id = new.person_id and g.subject_id = new.receiver_id and g.source = 'handover:' || new.id
          and (g.ends_at is null or g.ends_at > now());
    end if;
    return null;
end $$;
create trigger answer_handover after update on plan_handover
    for each row when (old.answer = '' and new.answer <> '') execute function access.answer_handover();

-- As before, except for the place: it follows the handover that was accepted last.
create or replace function access.check_plan() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare handed record;
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
    if (new.person_id, new.assessment_id, new.drafted_by_id, new.drafted_at) is distinct from
            (old.person_id, old.assessment_id, old.drafted_by_id, old.drafted_at)
        or old.state = 'agreed' and (new.what_matters, new.agreed_at, new.agreed_by, new.agreed_how) is distinct from
            (old.what_matters, old.agreed_at, old.agreed_by, old.agreed_how) then
        perform access.refuse('agreed_plan_is_not_rewritten', 'What was agreed is not rewritten.');
    end if;
    if new.place_id <> old.place_id then
        select h.from_place_id, h.to_place_id into handed from plan_handover h
            where h.plan_id = new.id and h.answer = 'accepted' order by h.answered_at desc, h.id desc limit 1;
        if old.state <> 'agreed' or (handed.from_place_id, handed.to_place_id) is distinct from
                (old.place_id, new.place_id) then
            perform access.refuse('plan_moves_by_handover', 'A plan changes its place by an accepted handover only.');
        end if;
    end if;
    if old.state = 'draft' and new.state = 'agreed' and not (
            exists (select from plan_goal g where g.plan_id = new.id and g.state = 'open')
            and exists (select from plan_line l where l.plan_id = new.id and l.state = 'open')) then
        perform access.refuse('agreed_plan_has_goal_and_line', 'A plan needs a goal and a line before it is agreed.');
    end if;
    return new;
end $$;

create trigger keep_history after update or delete on plan_handover
    for each row execute function access.keep_history();
revoke execute on all functions in schema access from public;
