-- Nobody is charged twice: not by two proposals at one instant, not by two places in one week, not for days after the
-- end. These take the place of the functions of the same name in 0002_checks.sql.

-- As before, and besides: every proposal for a plan waits for the one before it, whatever its line; and a package that
-- has ended counts until the day of its end, so that the next begins no earlier.
create or replace function access.check_package() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare line record; charge record; other record;
begin
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - array['state', 'ends_on', 'ended_why', 'version'] is distinct from
                to_jsonb(old) - array['state', 'ends_on', 'ended_why', 'version'] or old.state = 'ended' then
            perform access.refuse('package_is_not_rewritten', 'A package is ended and proposed anew, not rewritten.');
        end if;
        if new.state = 'proposed' or new.state = 'committed' and not exists (
                select from commissioning_decision d where d.package_id = new.id) then
            perform access.refuse('package_committed_by_decision', 'Only a decision commits a package.');
        end if;
        if exists (select from commissioning_deliveredweek d where d.package_id = new.id
                and d.week_starts_on + 7 > new.ends_on) then
            perform access.refuse('package_ends_after_its_weeks', 'Weeks that were posted lie after this end.');
        end if;
        return new;
    end if;
    if new.state <> 'proposed' then
        perform access.refuse('package_starts_as_proposal', 'A package starts as a proposal.');
    end if;
    perform from plan_plan p join plan_line l on l.plan_id = p.id where l.id = new.line_id for no key update of p;
    select l.*, p.state as plan_state, p.place_id into line from plan_line l join plan_plan p on p.id = l.plan_id
        where l.id = new.line_id for update of l;
    if line.kind is distinct from 'care' or line.state <> 'open' or line.plan_state <> 'agreed'
            or (line.person_id, line.place_id) is distinct from (new.person_id, new.place_id) then
        perform access.refuse('package_buys_agreed_care', 'A package buys open care of an agreed plan of its person.');
    end if;
    if not exists (select from places_body b join places_bodyplace s on s.body_id = b.id where b.id = new.provider_id
            and b.kind = 'provider' and s.place_id = new.place_id and s.starts_on <= new.starts_on
            and (s.ends_on is null or new.starts_on < s.ends_on)) then
        perform access.refuse('package_from_a_provider', 'The provider does not serve this place on that day.');
    end if;
    select f.* into charge from funding_assessment f where f.id = new.funding_id for share;
    if charge.plan_id <> line.plan_id or exists (
            select from funding_assessment a where a.supersedes_id = charge.id) then
        perform access.refuse('package_on_present_charge', 'A package rests on the present charge of its own plan.');
    end if;
    select coalesce(sum(p.quantity_per_week) filter (where p.line_id = new.line_id), 0) as quantity,
            coalesce(sum(p.weekly_cost_pence), 0) as pence,
            coalesce(bool_or(p.place_id <> new.place_id), false) as elsewhere into other
        from commissioning_package p join plan_line l on l.id = p.line_id
        where l.plan_id = line.plan_id and (p.state <> 'ended' or p.ends_on > new.starts_on);
    if other.elsewhere then
        perform access.refuse('package_after_the_other_places', 'Another place buys care of this plan on that day.');
    end if;
    if other.quantity + new.quantity_per_week > line.quantity_per_week then
        perform access.refuse('package_within_the_plan', 'The plan does not say so much a week.');
    end if;
    if other.pence + new.weekly_cost_pence > charge.weekly_cost_pence then
        perform access.refuse('package_within_assessed_cost', 'The charge was worked out for a lower cost.');
    end if;
    return new;
end $$;

-- As before, the packages of the plan counted as above.
create or replace function access.check_splits() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; charge_pence bigint; borne_pence bigint;
begin
    select p.*, l.plan_id into bought from commissioning_package p join plan_line l on l.id = p.line_id
        where p.id = (case when tg_table_name = 'commissioning_package' then to_jsonb(new) ->> 'id'
            else to_jsonb(new) ->> 'package_id' end)::uuid;
    if bought.weekly_cost_pence is distinct from (
            select sum(s.weekly_pence) from commissioning_split s where s.package_id = bought.id) then
        perform access.refuse('splits_sum_to_weekly_cost', 'What the payers bear is not what the package costs.');
    end if;
    select f.weekly_charge_pence into charge_pence from funding_assessment f where f.id = bought.funding_id;
    select coalesce(sum(s.weekly_pence), 0) into borne_pence from commissioning_split s
        join commissioning_package p on p.id = s.package_id join plan_line l on l.id = p.line_id
        where l.plan_id = bought.plan_id and (p.state <> 'ended' or p.ends_on > bought.starts_on)
          and s.payer = 'person';
    if borne_pence > charge_pence then
        perform access.refuse('person_pays_no_more_than_the_charge', 'The person would pay more than their charge.');
    end if;
    return null;
end $$;

-- As before, and of a week that the end cuts short the person bears their part for its days (to the nearest penny).
create or replace function access.check_delivered_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; posted record; person_limit bigint; days integer;
begin
    bought := access.check_week_of_package(new.package_id, new.week_starts_on, 'delivered');
    if new.amount_pence <> round(new.quantity * bought.rate_pence) or new.quantity > bought.quantity_per_week then
        perform access.refuse('week_costs_quantity_times_rate', 'The week does not cost that at the package''s rate.');
    end if;
    days := least(7, coalesce(bought.ends_on - new.week_starts_on, 7));
    select round(coalesce(sum(s.weekly_pence), 0) * days / 7.0) into person_limit from commissioning_split s
        where s.package_id = new.package_id and s.payer = 'person';
    if new.person_pence > person_limit then
        perform access.refuse('week_within_the_persons_part', 'The person would pay more than their part.');
    end if;
    select j.fund_id, j.source_kind, j.source_id, j.purpose,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense'), 0) as cost_pence,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense' and a.partner_id is null), 0) as people_pence
        into posted from ledger_journal j join ledger_posting p on p.journal_id = j.id
        join ledger_account a on a.id = p.account_id where j.id = new.journal_id group by j.id;
    if (posted.fund_id, posted.source_kind, posted.source_id, posted.purpose, posted.cost_pence, posted.people_pence)
            is distinct from (bought.fund_id, 'delivered_week', new.id, 'cost', new.amount_pence::numeric,
                new.person_pence::numeric) then
        perform access.refuse('week_posted_by_its_journal', 'The journal does not post this week.');
    end if;
    return new;
end $$;
revoke execute on all functions in schema access from public;
