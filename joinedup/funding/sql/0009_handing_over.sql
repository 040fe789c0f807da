-- Handing an appeal over to another: who sees and writes it, and what must hold of it whatever a serving role sends by hand.

select access.add_person_policies('funding_appealhandover', 'person_id');
select access.add_person_writing('funding_appealhandover', 'person_id', 'insert');
create policy not_for_providers on funding_appealhandover as restrictive for select to app, worker
    using (not (select access.holds_role(array['provider'])));
create policy not_by_right_of_health on funding_appealhandover as restrictive for select to app, worker
    using (not (select access.holds_role(array['person'])) or access.may_see_money(person_id));
create policy own_hand_insert on funding_appealhandover as restrictive for insert to app, worker
    with check (handed_by_id = (select access.caller())
        and (select access.holds_role(array['practitioner', 'case_manager', 'commissioner', 'accounting_officer'])));
create trigger append_only before update or delete on funding_appealhandover
    for each row execute function access.refuse_money_change('appealhandover_is_append_only');
create trigger never_emptied before truncate on funding_appealhandover
    for each statement execute function access.refuse_money_change('appealhandover_is_append_only');
alter table funding_appealhandover add constraint appeal_handover_of_its_person
    foreign key (appeal_id, person_id) references funding_appeal (id, person_id);

-- Who answers an appeal now: whoever it was handed to last, or its first owner.
create function access.appeal_owner(appeal uuid) returns uuid stable security definer begin atomic
    select coalesce(
        (select h.to_owner_id from public.funding_appealhandover h where h.appeal_id = appeal_owner.appeal
            order by h.handed_at desc, h.id desc limit 1),
        (select a.owner_id from public.funding_appeal a where a.id = appeal_owner.appeal));
end;

-- An appeal that waits goes from its present owner to somebody in post in its place who may answer it.
create function access.check_appeal_handover() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    -- Held until the transaction ends: of two who hand it over at once the second finds another owner.
    select a.*, c.decided_by_id as charged_by into held from funding_appeal a
        join funding_assessment c on c.id = a.charge_id where a.id = new.appeal_id for update of a;
    if exists (select from funding_appealoutcome o where o.appeal_id = new.appeal_id) then
        perform access.refuse('appeal_handed_while_it_waits', 'This appeal was answered.');
    end if;
    if new.from_owner_id is distinct from access.appeal_owner(new.appeal_id) or exists (
            select from funding_appealhandover h where h.appeal_id = new.appeal_id and h.handed_at > new.handed_at) then
        perform access.refuse('appeal_handed_by_its_present_owner', 'Somebody else owns this appeal by now.');
    end if;
    if new.to_owner_id in (held.charged_by, held.raised_by_id) then
        perform access.refuse('appeal_handed_to_who_may_answer', 'Who decided the charge or raised this answers nothing.');
    end if;
    if not exists (select from access_roleholding h where h.subject_id = new.to_owner_id and h.place_id = held.place_id
            and h.role in ('practitioner', 'case_manager', 'commissioner', 'accounting_officer')
            and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at)) then
        perform access.refuse('appeal_handed_to_somebody_in_post', 'Nobody in post here who may answer has that name.');
    end if;
    return new;
end $$;
create trigger check_appeal_handover before insert on funding_appealhandover
    for each row execute function access.check_appeal_handover();
revoke execute on all functions in schema access from public;
grant execute on function access.appeal_owner(uuid) to app, worker;
