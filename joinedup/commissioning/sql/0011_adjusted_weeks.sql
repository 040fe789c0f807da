-- Weeks whose person's part was changed after they were posted.

select access.add_person_policies('commissioning_adjustedweek', 'person_id');
select access.add_person_writing('commissioning_adjustedweek', 'person_id', 'insert');
create policy not_for_providers on commissioning_adjustedweek as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null);
create policy not_by_right_of_health on commissioning_adjustedweek as restrictive for select to app, worker
    using (not (select access.holds_role(array['person'])) or access.may_see_money(person_id));
create policy own_hand_insert on commissioning_adjustedweek as restrictive for insert to app, worker
    with check (posted_by_id = (select access.caller()) and exists (
        select from commissioning_deliveredweek w join commissioning_package p on p.id = w.package_id
        where w.id = commissioning_adjustedweek.week_id and access.commissions_in(p.place_id)));
create trigger commissioning_is_append_only before update or delete on commissioning_adjustedweek
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_never_emptied before truncate on commissioning_adjustedweek
    for each statement execute function access.refuse_commissioning_change();

-- A row goes on from what the person bears of the week now; its cause is an adjustment or a charge of the week's own
-- plan, the adjustment of days of that week; and its journal moves exactly the difference, between the people and the
-- partners, in the fund that bears the week, so that nothing is owed to the provider besides. (How much is due is the
-- rule's to say; tests compare.)
create function access.check_adjusted_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record; posted record; moved bigint := new.is_pence - new.was_pence;
begin
    -- Held until the transaction ends: of two who post at once the second sees what the first has done.
    perform from commissioning_deliveredweek w where w.id = new.week_id for update;
    select w.*, l.plan_id, d.fund_id into held from commissioning_deliveredweek w
        join commissioning_package p on p.id = w.package_id join plan_line l on l.id = p.line_id
        join commissioning_decision d on d.package_id = p.id where w.id = new.week_id;
    if held.person_id is distinct from new.person_id then
        perform access.refuse('adjusted_week_of_its_person', 'The week is not of this person.');
    end if;
    if new.was_pence <> held.person_pence + (select coalesce(sum(a.is_pence - a.was_pence), 0)
            from commissioning_adjustedweek a where a.week_id = new.week_id) then
        perform access.refuse('adjusted_week_goes_on', 'What the person bears of this week has changed since.');
    end if;
    if new.is_pence > held.amount_pence - held.nhs_pence then
        perform access.refuse('adjusted_week_within_its_cost', 'The person would bear more than the week cost.');
    end if;
    if not exists (select from funding_assessment c where c.id = new.charge_id and c.plan_id = held.plan_id) or
            new.adjustment_id is not null and not exists (select from funding_adjustment a
                where a.id = new.adjustment_id and (a.plan_id, a.charge_id) = (held.plan_id, new.charge_id)
                  and a.week_starts_on < held.week_starts_on + 7 and held.week_starts_on < a.week_starts_on + 7) then
        perform access.refuse('adjusted_week_by_its_plans_cause', 'The cause is not of this week''s plan and days.');
    end if;
    select j.fund_id, j.source_kind, j.source_id, j.purpose, j.dated_on,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense'), 0) as cost,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'liability'), 0) as owed,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense' and a.partner_id is null), 0) as people,
            coalesce(sum(p.amount_pence) filter (where a.code = 'receivable:people'), 0) as called,
            coalesce(sum(p.amount_pence) filter (where a.code = 'charge:people'), 0) as charged
        into posted from ledger_journal j join ledger_posting p on p.journal_id = j.id
        join ledger_account a on a.id = p.account_id where j.id = new.journal_id group by j.id;
    if (posted.fund_id, posted.source_kind, posted.source_id, posted.purpose, posted.cost, posted.owed, posted.people,
            posted.called, posted.charged) is distinct from (held.fund_id, 'adjusted_week'::varchar, new.id,
            'adjustment'::varchar, 0::numeric, 0::numeric, moved::numeric, moved::numeric, -moved::numeric)
            or posted.dated_on < held.week_starts_on then
        perform access.refuse('adjusted_week_posted_by_its_journal', 'The journal does not move this difference.');
    end if;
    return new;
end $$;
create trigger check_adjusted_week before insert on commissioning_adjustedweek
    for each row execute function access.check_adjusted_week();

-- As before, and from the journal of an adjusted week too.
create or replace function access.person_behind(source_kind text, source uuid) returns uuid stable security definer
begin atomic
    select w.person_id from public.commissioning_deliveredweek w
    where person_behind.source_kind = 'delivered_week' and w.id = person_behind.source
    union all
    select a.person_id from public.commissioning_adjustedweek a
    where person_behind.source_kind = 'adjusted_week' and a.id = person_behind.source;
end;
revoke execute on all functions in schema access from public;
