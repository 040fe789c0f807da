-- What the NHS pays alone of a package and of its weeks: in full, first, and on lines of its own. These take the place of
-- the functions of the same name in 0004_one_charge.sql and 0007_disputes.sql.

create function access.is_nhs_cost(account_code text) returns boolean immutable parallel safe begin atomic
    select split_part(account_code, ':', 1) in ('cost-funded-nursing-care', 'cost-continuing-healthcare');
end;
-- On which account of the NHS its part of this care is posted, by the charge; null where it pays nothing of it alone. The
-- same as nhs_account in rules/packages.py; a test compares.
create function access.nhs_cost_purpose(funding uuid, service text) returns text
stable security definer set search_path = pg_catalog, public, pg_temp begin atomic
    select case when f."case" #>> '{free_service,kind}' = 'nhs_continuing_healthcare' then 'cost-continuing-healthcare'
        when service = 'nursing_home' then 'cost-funded-nursing-care' end
    from public.funding_assessment f where f.id = nhs_cost_purpose.funding;
end;

-- As before, and besides: the NHS bears of each package exactly what the charge says that it pays alone, as far as other
-- packages of the plan have not taken it up, so that it is neither forgotten nor put on anybody else.
create or replace function access.check_splits() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; charge record; borne_pence bigint; nhs_pence bigint; nhs_elsewhere_pence bigint; due_pence bigint;
begin
    select p.*, l.plan_id, l.service_code into bought from commissioning_package p join plan_line l on l.id = p.line_id
        where p.id = (case when tg_table_name = 'commissioning_package' then to_jsonb(new) ->> 'id'
            else to_jsonb(new) ->> 'package_id' end)::uuid;
    if bought.weekly_cost_pence is distinct from (
            select sum(s.weekly_pence) from commissioning_split s where s.package_id = bought.id) then
        perform access.refuse('splits_sum_to_weekly_cost', 'What the payers bear is not what the package costs.');
    end if;
    select f.* into charge from funding_assessment f where f.id = bought.funding_id;
    select coalesce(sum(s.weekly_pence), 0) into borne_pence from commissioning_split s
        join commissioning_package p on p.id = s.package_id join plan_line l on l.id = p.line_id
        where l.plan_id = bought.plan_id and (p.state <> 'ended' or p.ends_on > bought.starts_on)
          and s.payer = 'person';
    if borne_pence > charge.weekly_charge_pence then
        perform access.refuse('person_pays_no_more_than_the_charge', 'The person would pay more than their charge.');
    end if;
    select coalesce(sum(s.weekly_pence) filter (where p.id = bought.id), 0),
            coalesce(sum(s.weekly_pence) filter (where p.id <> bought.id), 0) into nhs_pence, nhs_elsewhere_pence
        from commissioning_split s join commissioning_package p on p.id = s.package_id
        join plan_line l on l.id = p.line_id
        where l.plan_id = bought.plan_id and (p.state <> 'ended' or p.ends_on > bought.starts_on) and s.payer = 'nhs';
    due_pence := case when access.nhs_cost_purpose(bought.funding_id, bought.service_code) is null then 0
        else least(greatest(charge.nhs_pays_pence - nhs_elsewhere_pence, 0), bought.weekly_cost_pence) end;
    if nhs_pence <> due_pence then
        perform access.refuse('nhs_pays_what_the_charge_says', 'The NHS would pay another part than the charge says.');
    end if;
    return null;
end $$;

-- As before, and besides: the NHS bears its part for the days of the week (to the nearest penny), never more than the
-- week cost, and the journal posts it on the account for it, of a partner of the NHS.
create or replace function access.check_delivered_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; posted record; person_limit bigint; nhs_due bigint; nhs_purpose text; days integer;
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
    select least(round(coalesce(sum(s.weekly_pence), 0) * days / 7.0), new.amount_pence) into nhs_due
        from commissioning_split s where s.package_id = new.package_id and s.payer = 'nhs';
    if new.nhs_pence is distinct from nhs_due then
        perform access.refuse('week_with_the_nhs_part', 'The NHS would pay another part than that of these days.');
    end if;
    select access.nhs_cost_purpose(bought.funding_id, l.service_code) into nhs_purpose
        from plan_line l where l.id = bought.line_id;
    select j.fund_id, j.source_kind, j.source_id, j.purpose,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense'), 0) as cost_pence,
            coalesce(sum(p.amount_pence) filter (where a.kind = 'expense' and a.partner_id is null), 0) as people_pence,
            coalesce(sum(p.amount_pence) filter (where access.is_nhs_cost(a.code)), 0) as alone_pence,
            coalesce(sum(p.amount_pence) filter (where split_part(a.code, ':', 1) = nhs_purpose and exists (
                select from ledger_fundpartner f where f.id = a.partner_id and f.side = 'nhs')), 0) as nhs_pence
        into posted from ledger_journal j join ledger_posting p on p.journal_id = j.id
        join ledger_account a on a.id = p.account_id where j.id = new.journal_id group by j.id;
    if (posted.fund_id, posted.source_kind, posted.source_id, posted.purpose, posted.cost_pence, posted.people_pence,
            posted.alone_pence, posted.nhs_pence) is distinct from (bought.fund_id, 'delivered_week', new.id, 'cost', new.amount_pence::numeric,
                new.person_pence::numeric, new.nhs_pence::numeric, new.nhs_pence::numeric) then
        perform access.refuse('week_posted_by_its_journal', 'The journal does not post this week.');
    end if;
    return new;
end $$;

-- As before, but for what the NHS pays alone, which no dispute about the rest moves.
create or replace function access.check_disputed_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare payer uuid;
begin
    perform from commissioning_package p where p.id = new.package_id for share;
    payer := access.sole_payer(new.package_id, new.week_starts_on);
    if payer is not null and exists (select from ledger_posting p join ledger_account a on a.id = p.account_id
            join ledger_fundpartner f on f.id = a.partner_id where p.journal_id = new.journal_id
              and a.kind = 'expense' and not access.is_nhs_cost(a.code) and f.body_id <> payer) then
        perform access.refuse('disputed_week_borne_by_its_payer', 'Another than the payer of the dispute bears this week.');
    end if;
    return new;
end $$;

create or replace function access.check_settled_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record; delivered record; posted record;
begin
    select * into held from commissioning_dispute d where d.id = new.dispute_id for share;
    select * into delivered from commissioning_deliveredweek w where w.id = new.week_id;
    if (delivered.package_id, delivered.person_id) is distinct from (held.package_id, new.person_id)
            or held.ended_at is null or delivered.week_starts_on < held.settled_from
            or new.owed_to_id <> held.interim_payer_id then
        perform access.refuse('settled_week_of_its_dispute', 'This is no week that the end of the dispute settles.');
    end if;
    if held.settled_payer_id is not null and new.owed_by_id <> held.settled_payer_id then
        perform access.refuse('settled_week_owed_by_its_payer', 'Another than the settled payer would owe this.');
    end if;
    if new.amount_pence + (select coalesce(sum(s.amount_pence), 0) from commissioning_settledweek s
            where s.week_id = new.week_id) > delivered.amount_pence - delivered.person_pence - delivered.nhs_pence then
        perform access.refuse('settled_week_within_what_was_borne', 'More would be owed than was borne.');
    end if;
    if new.journal_id is not null then
        select j.source_kind, j.source_id, coalesce(sum(p.amount_pence), 0) as pence into posted
            from ledger_journal j left join ledger_posting p on p.journal_id = j.id and p.amount_pence > 0 and exists (
                select from ledger_account a join ledger_fundpartner f on f.id = a.partner_id
                where a.id = p.account_id and a.kind = 'expense' and f.body_id = new.owed_by_id)
            where j.id = new.journal_id group by j.id;
        if (posted.source_kind, posted.source_id, posted.pence) is distinct from
                ('settled_week'::varchar, new.id, new.amount_pence::numeric) then
            perform access.refuse('settled_week_posted_by_its_journal', 'The journal does not post what is owed.');
        end if;
    end if;
    return new;
end $$;

create or replace function access.check_settlement() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    if tg_table_name = 'commissioning_dispute' then
        select * into held from commissioning_dispute d where d.id = new.id;
    else
        select * into held from commissioning_dispute d where d.package_id = (to_jsonb(new) ->> 'package_id')::uuid
            and d.ended_at is not null order by d.interim_from desc limit 1;
    end if;
    if held.ended_at is not null and held.settled_payer_id <> held.interim_payer_id and exists (
            select from commissioning_deliveredweek w
            join ledger_posting p on p.journal_id = w.journal_id
            join ledger_account a on a.id = p.account_id and a.kind = 'expense' and not access.is_nhs_cost(a.code)
            join ledger_fundpartner f on f.id = a.partner_id and f.body_id = held.interim_payer_id
            where w.package_id = held.package_id and w.week_starts_on >= held.settled_from
              and not exists (select from commissioning_dispute later where later.package_id = held.package_id
                and later.interim_from > held.interim_from and later.interim_from <= w.week_starts_on)
            group by w.id having sum(p.amount_pence) <> coalesce((select sum(s.amount_pence)
                from commissioning_settledweek s where s.week_id = w.id), 0)) then
        perform access.refuse('settlement_covers_every_week', 'A week that the interim payer bore is not settled.');
    end if;
    return null;
end $$;

revoke execute on all functions in schema access from public;
