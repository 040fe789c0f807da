-- The one funding panel: who sees and writes its rows, and what must hold of them whoever writes.

select access.add_person_policies(t, 'person_id') from (values
    ('commissioning_item'), ('commissioning_recommendation'), ('commissioning_condition'), ('commissioning_telling')) v (t);
select access.add_person_writing(t, 'person_id', 'insert') from (values
    ('commissioning_item'), ('commissioning_recommendation'), ('commissioning_condition'), ('commissioning_telling')) v (t);
select access.add_person_writing(t, 'person_id', 'update') from (values
    ('commissioning_item'), ('commissioning_condition')) v (t);
do $$
declare part text;
begin
    foreach part in array array['item', 'recommendation', 'condition', 'telling'] loop
        execute format('create policy not_for_providers on commissioning_%s as restrictive for select to app, worker
            using ((select access.provider_of_caller()) is null)', part);
    end loop;
    foreach part in array array['item', 'recommendation', 'telling'] loop
        execute format('alter table commissioning_%1$s add constraint %1$s_of_the_packages_person
            foreign key (package_id, person_id) references commissioning_package (id, person_id)', part);
    end loop;
    foreach part in array array['meeting', 'member', 'item', 'recommendation', 'condition', 'telling'] loop
        execute format('create trigger commissioning_is_never_emptied before truncate on commissioning_%s
            for each statement execute function access.refuse_commissioning_change()', part);
    end loop;
    foreach part in array array['meeting', 'member', 'recommendation', 'telling'] loop
        execute format('create trigger commissioning_is_append_only before update or delete on commissioning_%s
            for each row execute function access.refuse_commissioning_change()', part);
    end loop;
    foreach part in array array['item', 'condition'] loop
        execute format('create trigger commissioning_is_append_only before delete on commissioning_%s
            for each row execute function access.refuse_commissioning_change()', part);
        execute format('create trigger keep_history after update or delete on commissioning_%s
            for each row execute function access.keep_history()', part);
    end loop;
end $$;
alter table commissioning_decision add constraint decision_with_its_person unique (id, person_id);
alter table commissioning_condition add constraint condition_of_the_decisions_person
    foreign key (decision_id, person_id) references commissioning_decision (id, person_id);

-- The side that somebody works for, by the kind of their body: null for whoever works for neither.
create function access.side_of(subject uuid) returns text stable security definer begin atomic
    select case when b.kind = 'council' then 'council'
        when b.kind in ('icb', 'ccg', 'pct', 'care_trust', 'nhs_trust', 'gp_practice') then 'nhs' end
    from public.access_subject s join public.places_body b on b.id = s.body_id where s.id = side_of.subject;
end;
-- Whether the caller runs the panel of a place: the roles that carry run_panel in joinedup/access/roles.py; a test compares.
create function access.runs_panel_in(place uuid) returns boolean stable parallel restricted security definer
begin atomic
    select coalesce(place = any (access.places_as('commissioner')), false)
        or coalesce(place = any (access.places_as('accounting_officer')), false);
end;
-- Whether the caller may recommend in a place: the roles that carry recommend_package.
create function access.recommends_in(place uuid) returns boolean stable parallel restricted security definer
begin atomic
    select coalesce(place = any (access.places_as('commissioner')), false)
        or coalesce(place = any (access.places_as('practitioner')), false)
        or coalesce(place = any (access.places_as('case_manager')), false);
end;
revoke execute on all functions in schema access from public;
grant execute on function access.side_of(uuid), access.runs_panel_in(uuid), access.recommends_in(uuid) to app, worker;

-- Meetings name staff only. Everybody who entered may read them; whoever runs the panel of the place calls them.
alter table commissioning_meeting enable row level security;
alter table commissioning_member enable row level security;
create policy seen on commissioning_meeting for select to app, worker using ((select access.caller()) is not null);
create policy seen on commissioning_member for select to app, worker using ((select access.caller()) is not null);
create policy called on commissioning_meeting for insert to app
    with check (called_by_id = (select access.caller()) and access.runs_panel_in(place_id));
create policy called on commissioning_member for insert to app with check (exists (
    select from commissioning_meeting m where m.id = commissioning_member.meeting_id and access.runs_panel_in(m.place_id)));

-- Nobody queues, recommends, asks for or tells under another's name, nor without the role in that place.
create policy own_hand_insert on commissioning_item as restrictive for insert to app, worker
    with check (queued_by_id = (select access.caller()) and access.runs_panel_in(place_id));
create policy own_hand_update on commissioning_item as restrictive for update to app, worker
    using (access.runs_panel_in(place_id)) with check (access.runs_panel_in(place_id));
create policy own_hand_insert on commissioning_recommendation as restrictive for insert to app, worker
    with check (recommended_by_id = (select access.caller()) and exists (select from commissioning_package p
        where p.id = commissioning_recommendation.package_id and access.recommends_in(p.place_id)));
create policy own_hand_insert on commissioning_condition as restrictive for insert to app, worker
    with check (exists (select from commissioning_decision d where d.id = commissioning_condition.decision_id
        and d.decided_by_id = (select access.caller())));
create policy own_hand_update on commissioning_condition as restrictive for update to app, worker
    using ((select access.holds_role(array['coordinator', 'practitioner', 'case_manager', 'commissioner',
        'accounting_officer']))) with check (closed_by_id = (select access.caller()));
create policy own_hand_insert on commissioning_telling as restrictive for insert to app, worker
    with check (told_by_id = (select access.caller()) and (select access.holds_role(array['coordinator',
        'practitioner', 'case_manager', 'commissioner', 'accounting_officer'])));

-- A member sits for the side of the body they work for, and a meeting has members of both sides when its transaction ends.
create function access.check_member() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    new.side := access.side_of(new.subject_id);
    if new.side is null then
        perform access.refuse('panel_member_has_a_side', 'A member works for the NHS or for a council.');
    end if;
    return new;
end $$;
create trigger check_member before insert on commissioning_member
    for each row execute function access.check_member();
create function access.check_meeting() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if (select count(distinct m.side) from commissioning_member m where m.meeting_id = new.id) < 2 then
        perform access.refuse('panel_meets_with_both_sides', 'The panel meets with members of both sides.');
    end if;
    return null;
end $$;
create constraint trigger panel_meets_with_both_sides after insert on commissioning_meeting
    deferrable initially deferred for each row execute function access.check_meeting();

-- An item is a proposal in its own place. Only its meeting and its end change; a decision or the end of the package ends
-- it, the officer in post may decline it, and what has ended stays ended.
create function access.check_item() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; officers uuid[];
begin
    select * into bought from commissioning_package p where p.id = new.package_id for share;
    if tg_op = 'INSERT' then
        if bought.state <> 'proposed' or bought.place_id <> new.place_id or new.closed_at is not null then
            perform access.refuse('item_is_a_proposal_of_its_place', 'Only a proposal of the place waits for the panel.');
        end if;
        return new;
    end if;
    if to_jsonb(new) - array['meeting_id', 'closed_at', 'closed_how', 'closed_why', 'version'] is distinct from
            to_jsonb(old) - array['meeting_id', 'closed_at', 'closed_how', 'closed_why', 'version']
            or old.closed_at is not null then
        perform access.refuse('item_is_not_rewritten', 'Of an item only its meeting and its end change.');
    end if;
    if new.meeting_id is not null and (select m.place_id from commissioning_meeting m where m.id = new.meeting_id)
            is distinct from new.place_id then
        perform access.refuse('item_in_a_meeting_of_its_place', 'The meeting is of another place.');
    end if;
    if new.closed_how = 'decided' and not exists (
            select from commissioning_decision d where d.package_id = new.package_id) then
        perform access.refuse('item_decided_by_a_decision', 'Only a decision decides an item.');
    end if;
    if new.closed_how = 'declined' then
        officers := access.accounting_officers(new.place_id);
        if officers is distinct from array[access.caller()] then
            perform access.refuse('exactly_one_accounting_officer', 'Only the accounting officer in post declines.');
        end if;
        if new.meeting_id is null then
            perform access.refuse('item_declined_after_a_meeting', 'Nothing is declined that no meeting has looked at.');
        end if;
    end if;
    return new;
end $$;
create trigger check_item before insert or update on commissioning_item
    for each row execute function access.check_item();
create function access.end_declined_package() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update commissioning_package set state = 'ended', ends_on = starts_on, ended_why = new.closed_why,
        version = version + 1 where id = new.package_id and state = 'proposed';
    return null;
end $$;
create trigger end_declined_package after update on commissioning_item for each row
    when (new.closed_how = 'declined') execute function access.end_declined_package();
create function access.close_item() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_table_name = 'commissioning_decision' then
        update commissioning_item set closed_at = new.decided_at, closed_how = 'decided', version = version + 1
        where package_id = new.package_id and closed_at is null;
    else
        update commissioning_item set closed_at = greatest(now(), queued_at), closed_how = 'withdrawn', closed_why = new.ended_why,
            version = version + 1 where package_id = new.id and closed_at is null;
    end if;
    return null;
end $$;
create trigger close_item after insert on commissioning_decision
    for each row execute function access.close_item();
create trigger close_item after update on commissioning_package for each row
    when (new.state = 'ended' and old.state = 'proposed') execute function access.close_item();

-- Nobody of either side recommends without the cost and the person's share as they stand now.
create function access.check_recommendation() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; share_pence bigint;
begin
    select * into bought from commissioning_package p where p.id = new.package_id for share;
    if bought.state <> 'proposed' then
        perform access.refuse('recommendation_on_a_proposal', 'Only a proposal is recommended.');
    end if;
    new.side := access.side_of(new.recommended_by_id);
    if new.side is null then
        perform access.refuse('recommendation_of_a_side', 'Who recommends works for the NHS or for a council.');
    end if;
    if new.charge_id <> bought.funding_id or exists (
            select from funding_assessment a where a.supersedes_id = bought.funding_id) then
        perform access.refuse('recommendation_on_present_charge', 'The charge has changed since this was proposed.');
    end if;
    select coalesce(sum(s.weekly_pence), 0) into share_pence from commissioning_split s
        where s.package_id = new.package_id and s.payer = 'person';
    if (new.seen_cost_pence, new.seen_person_pence) is distinct from (bought.weekly_cost_pence, share_pence) then
        perform access.refuse('recommendation_on_what_was_seen', 'The cost and share seen are not the package''s.');
    end if;
    return new;
end $$;
create trigger check_recommendation before insert on commissioning_recommendation
    for each row execute function access.check_recommendation();

-- What the members of an item's meeting say now, each by their last word on the present charge.
create function access.words_of_panel(package uuid) returns table (side text, says text)
stable security definer begin atomic
    select w.side, w.says from (
        select distinct on (r.recommended_by_id) r.side, r.says
        from public.commissioning_item i
        join public.commissioning_member m on m.meeting_id = i.meeting_id
        join public.commissioning_package p on p.id = i.package_id
        join public.commissioning_recommendation r
            on r.package_id = i.package_id and r.recommended_by_id = m.subject_id and r.charge_id = p.funding_id
        where i.package_id = words_of_panel.package
        order by r.recommended_by_id, r.recommended_at desc, r.id desc) w;
end;
-- Whether both sides want the care. That the other side should pay counts as wanting it while a dispute with an interim
-- payer runs, and stands in the way while none does.
create function access.panel_agrees(package uuid, disputed boolean) returns boolean stable security definer
begin atomic
    select count(distinct w.side) filter (where w.says = 'recommend' or w.says = 'other_payer' and disputed) = 2
        and not coalesce(bool_or(w.says = 'against' or w.says = 'other_payer' and not disputed), false)
    from access.words_of_panel(panel_agrees.package) w;
end;

-- As in 0002_checks.sql, and besides: what waits for the panel, or goes beyond every delegation of the officer, is
-- decided when the panel has met and both sides agree; and every decision names the rule and the charge it rests on.
create or replace function access.check_decision() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; officers uuid[]; waiting record; charge record;
begin
    select p.*, l.service_code into bought from commissioning_package p join plan_line l on l.id = p.line_id
        where p.id = new.package_id for update of p;
    select array_agg(distinct h.subject_id) into officers from access_roleholding h
        where h.role = 'accounting_officer' and h.place_id = bought.place_id
          and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at);
    if officers is distinct from array[new.decided_by_id] then
        perform access.refuse('exactly_one_accounting_officer', case coalesce(cardinality(officers), 0)
            when 0 then 'The office of accounting officer is vacant in this place.'
            when 1 then 'Only the accounting officer of this place decides.'
            else 'More than one accounting officer is in post in this place.' end);
    end if;
    if bought.state <> 'proposed' then
        perform access.refuse('decision_on_a_proposal', 'Only a proposal is decided.');
    end if;
    if (new.person_id, new.place_id, new.weekly_cost_pence) is distinct from
            (bought.person_id, bought.place_id, bought.weekly_cost_pence) then
        perform access.refuse('decision_is_on_the_package', 'A decision is on a package as it stands.');
    end if;
    select f.* into charge from funding_assessment f where f.id = bought.funding_id for share;
    if exists (select from funding_assessment a where a.supersedes_id = bought.funding_id) then
        perform access.refuse('decision_on_present_charge', 'The charge has changed since this was proposed.');
    end if;
    new.charge_id := charge.id;
    new.rule := charge.rule;
    select i.*, m.held_on into waiting from commissioning_item i left join commissioning_meeting m on m.id = i.meeting_id
        where i.package_id = new.package_id and i.closed_at is null;
    new.item_id := waiting.id;
    new.delegation_id := null;
    if waiting.id is null then
        select d.id into new.delegation_id from commissioning_delegation d
            where d.holder_id = new.decided_by_id and d.kind in ('everything', bought.service_code)
              and d.id = any (access.delegations_now(array[new.place_id]))
              and d.weekly_limit_pence >= new.weekly_cost_pence
            order by d.weekly_limit_pence, d.id limit 1;
        if new.delegation_id is null then
            perform access.refuse('within_delegation', 'No delegation of yours reaches so far in this place now.');
        end if;
    else
        if waiting.held_on is null or waiting.held_on > (new.decided_at at time zone 'Europe/London')::date then
            perform access.refuse('panel_has_met', 'The panel has not met about this.');
        end if;
        if not access.panel_agrees(new.package_id, access.in_dispute(new.package_id)) then
            perform access.refuse('panel_of_both_sides_agrees', 'Not both sides of the panel agree to this.');
        end if;
    end if;
    if not exists (select from ledger_fund f where f.id = new.fund_id and f.place_id = new.place_id) then
        perform access.refuse('decision_from_fund_of_the_place', 'The fund is not of this place.');
    end if;
    return new;
end $$;
-- Decisions of before name neither, and stay as they were.
alter table commissioning_decision add constraint decision_names_appeal_and_review
    check (appeal_route <> '' and review_on is not null and rule <> '' and charge_id is not null) not valid;

-- A condition is open, then met or not met, once.
create function access.check_condition() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'open' then
            perform access.refuse('condition_starts_open', 'A condition starts as open.');
        end if;
        return new;
    end if;
    if to_jsonb(new) - array['state', 'closed_by_id', 'closed_at', 'closed_words', 'version'] is distinct from
            to_jsonb(old) - array['state', 'closed_by_id', 'closed_at', 'closed_words', 'version']
            or old.state <> 'open' then
        perform access.refuse('condition_is_closed_once', 'A condition is met or not met, once.');
    end if;
    return new;
end $$;
create trigger check_condition before insert or update on commissioning_condition
    for each row execute function access.check_condition();

-- The family is told what was decided, with the share that was decided, after it was decided and not tomorrow.
create function access.check_telling() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare decided timestamptz; share_pence bigint;
begin
    if new.what = 'committed' then
        select d.decided_at into decided from commissioning_decision d where d.package_id = new.package_id;
    else
        select i.closed_at into decided from commissioning_item i
            where i.package_id = new.package_id and i.closed_how = 'declined';
    end if;
    select coalesce(sum(s.weekly_pence), 0) into share_pence from commissioning_split s
        where s.package_id = new.package_id and s.payer = 'person';
    if decided is null or new.person_pence <> share_pence then
        perform access.refuse('family_told_of_what_was_decided', 'That is not what was decided.');
    end if;
    if new.told_on < (decided at time zone 'Europe/London')::date
            or new.told_on > (new.recorded_at at time zone 'Europe/London')::date then
        perform access.refuse('family_told_after_the_decision', 'They are told after the decision and not tomorrow.');
    end if;
    return new;
end $$;
create trigger check_telling before insert on commissioning_telling
    for each row execute function access.check_telling();
revoke execute on all functions in schema access from public;
