-- Row security of decided charges, and what must hold of them whatever a serving role sends by hand.

select access.add_person_policies('funding_assessment', 'person_id');
select access.add_person_writing('funding_assessment', 'person_id', 'insert');

-- Whether the caller holds a role anywhere at this moment.
create function access.holds_role(role_codes text[]) returns boolean stable parallel restricted security definer
begin atomic
    select exists (select from public.access_roleholding h where h.subject_id = access.caller()
        and h.role = any (role_codes) and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at));
end;

-- What somebody owns and earns is nothing to whoever delivers their care. Only those whose work it is decide a charge,
-- and nobody under another's name. The roles are those that carry decide_charge in joinedup/access/roles.py; a test
-- compares.
create policy not_for_providers on funding_assessment as restrictive for select to app, worker
    using (not (select access.holds_role(array['provider'])));
create policy own_hand_insert on funding_assessment as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager'])));

alter table funding_assessment add constraint charge_of_the_plans_person
    foreign key (plan_id, person_id) references plan_plan (id, person_id);
alter table funding_assessment add constraint charge_supersedes_one_of_its_plan
    foreign key (supersedes_id, plan_id) references funding_assessment (id, plan_id);
-- The kept explanation ends in the pence that are charged.
alter table funding_assessment add constraint charge_is_what_its_steps_say check (
    (explanation ->> 'weekly_charge')::numeric * 100 = weekly_charge_pence
    and (explanation ->> 'council_pays')::numeric * 100 = council_pays_pence
    and ("case" ->> 'weekly_cost')::numeric * 100 = weekly_cost_pence
    and jsonb_array_length(explanation -> 'steps') > 0);

create function access.refuse_charge_change() returns trigger language plpgsql as $$
begin
    raise exception 'A charge is superseded by a new one, never edited.' using errcode = 'insufficient_privilege',
        constraint = 'charge_is_append_only';
end $$;
create trigger charge_is_append_only before update or delete on funding_assessment
    for each row execute function access.refuse_charge_change();
create trigger charge_is_never_emptied before truncate on funding_assessment
    for each statement execute function access.refuse_charge_change();

-- A charge is for care that is planned: for a plan that has not ended.
create function access.check_charge() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from plan_plan p where p.id = new.plan_id and p.state <> 'ended') then
        perform access.refuse('charge_needs_present_plan', 'A charge is decided for a plan that has not ended.');
    end if;
    return new;
end $$;
create trigger check_charge before insert on funding_assessment
    for each row execute function access.check_charge();

revoke execute on all functions in schema access from public;
grant execute on function access.holds_role(text[]) to app, worker;
