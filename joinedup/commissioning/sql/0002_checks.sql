-- What must hold of packages, decisions and delivered weeks, whoever asks and by whatever statement.

alter table commissioning_package add constraint package_cost_is_quantity_times_rate
    check (weekly_cost_pence = round(quantity_per_week * rate_pence) and weekly_cost_pence > 0);
alter table commissioning_package add constraint package_charge_of_its_person
    foreign key (funding_id, person_id) references funding_assessment (id, person_id);
do $$
declare part text;
begin
    foreach part in array array['split', 'decision', 'reportedweek', 'deliveredweek'] loop
        execute format('alter table commissioning_%1$s add constraint %1$s_of_the_packages_person
            foreign key (package_id, person_id) references commissioning_package (id, person_id)', part);
    end loop;
end $$;

-- A package buys a line of an agreed plan, from a provider that serves the place, for no more than the plan says and no
-- more than the present charge was worked out for.
create function access.check_package() returns trigger
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
        return new;
    end if;
    if new.state <> 'proposed' then
        perform access.refuse('package_starts_as_proposal', 'A package starts as a proposal.');
    end if;
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
            coalesce(sum(p.weekly_cost_pence), 0) as pence into other
        from commissioning_package p join plan_line l on l.id = p.line_id
        where l.plan_id = line.plan_id and p.state <> 'ended';
    if other.quantity + new.quantity_per_week > line.quantity_per_week then
        perform access.refuse('package_within_the_plan', 'The plan does not say so much a week.');
    end if;
    if other.pence + new.weekly_cost_pence > charge.weekly_cost_pence then
        perform access.refuse('package_within_assessed_cost', 'The charge was worked out for a lower cost.');
    end if;
    return new;
end $$;
create trigger check_package before insert or update on commissioning_package
    for each row execute function access.check_package();

-- Asked when the transaction ends: the parts are the whole, and the person is asked for no more than their charge,
-- however many packages the plan has.
create function access.check_splits() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; charge_pence bigint; borne_pence bigint;
begin
    if tg_table_name = 'commissioning_package' then
        select p.*, l.plan_id into bought from commissioning_package p join plan_line l on l.id = p.line_id
            where p.id = new.id;
    else
        select p.*, l.plan_id into bought from commissioning_package p join plan_line l on l.id = p.line_id
            where p.id = new.package_id;
    end if;
    if bought.weekly_cost_pence is distinct from (
            select sum(s.weekly_pence) from commissioning_split s where s.package_id = bought.id) then
        perform access.refuse('splits_sum_to_weekly_cost', 'What the payers bear is not what the package costs.');
    end if;
    select f.weekly_charge_pence into charge_pence from funding_assessment f where f.id = bought.funding_id;
    select coalesce(sum(s.weekly_pence), 0) into borne_pence from commissioning_split s
        join commissioning_package p on p.id = s.package_id join plan_line l on l.id = p.line_id
        where l.plan_id = bought.plan_id and p.state <> 'ended' and s.payer = 'person';
    if borne_pence > charge_pence then
        perform access.refuse('person_pays_no_more_than_the_charge', 'The person would pay more than their charge.');
    end if;
    return null;
end $$;
create constraint trigger splits_sum_to_weekly_cost after insert on commissioning_package
    deferrable initially deferred for each row execute function access.check_splits();
create constraint trigger splits_sum_to_weekly_cost after insert on commissioning_split
    deferrable initially deferred for each row execute function access.check_splits();

-- Exactly one accounting officer is in post in the place at this moment, and it is they who decide; within a delegation
-- of theirs, which is kept with the decision; on the present charge; for the package as it stands; from a fund of the
-- place. The moment is the database's, whatever the hand writes.
create function access.check_decision() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; officers uuid[];
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
    select d.id into new.delegation_id from commissioning_delegation d
        where d.holder_id = new.decided_by_id and d.kind in ('everything', bought.service_code)
          and d.id = any (access.delegations_now(array[new.place_id]))
          and d.weekly_limit_pence >= new.weekly_cost_pence
        order by d.weekly_limit_pence, d.id limit 1;
    if new.delegation_id is null then
        perform access.refuse('within_delegation', 'No delegation of yours reaches so far in this place now.');
    end if;
    perform from funding_assessment f where f.id = bought.funding_id for share;
    if exists (select from funding_assessment a where a.supersedes_id = bought.funding_id) then
        perform access.refuse('decision_on_present_charge', 'The charge has changed since this was proposed.');
    end if;
    if not exists (select from ledger_fund f where f.id = new.fund_id and f.place_id = new.place_id) then
        perform access.refuse('decision_from_fund_of_the_place', 'The fund is not of this place.');
    end if;
    return new;
end $$;
create trigger check_decision before insert on commissioning_decision
    for each row execute function access.check_decision();
create function access.commit_package() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update commissioning_package set state = 'committed', version = version + 1 where id = new.package_id;
    return null;
end $$;
create trigger commit_package after insert on commissioning_decision
    for each row execute function access.commit_package();

-- A week belongs to a package that was decided, is counted from its first day, and begins before its end.
create function access.check_week_of_package(package uuid, week_starts_on date, what text) returns record
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record;
begin
    select p.*, d.fund_id into bought from commissioning_package p
        join commissioning_decision d on d.package_id = p.id where p.id = package;
    if bought.id is null then
        perform access.refuse(what || '_week_of_decided_package', 'Nobody has decided to buy this.');
    end if;
    if week_starts_on < bought.starts_on or mod(week_starts_on - bought.starts_on, 7) <> 0
            or week_starts_on >= bought.ends_on then
        perform access.refuse(what || '_week_of_the_packages_weeks', 'This is no week of the package.');
    end if;
    return bought;
end $$;
create function access.check_reported_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.check_week_of_package(new.package_id, new.week_starts_on, 'reported');
    return new;
end $$;
create trigger check_reported_week before insert on commissioning_reportedweek
    for each row execute function access.check_reported_week();

-- A delivered week costs its quantity at the package's rate, and its own journal in the decision's fund posts exactly
-- that, the person's part to the people.
create function access.check_delivered_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record; posted record; person_limit bigint;
begin
    bought := access.check_week_of_package(new.package_id, new.week_starts_on, 'delivered');
    if new.amount_pence <> round(new.quantity * bought.rate_pence) or new.quantity > bought.quantity_per_week then
        perform access.refuse('week_costs_quantity_times_rate', 'The week does not cost that at the package''s rate.');
    end if;
    select coalesce(sum(s.weekly_pence), 0) into person_limit from commissioning_split s
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
create trigger check_delivered_week before insert on commissioning_deliveredweek
    for each row execute function access.check_delivered_week();

create function access.refuse_commissioning_change() returns trigger language plpgsql as $$
begin
    raise exception 'What was bought, decided and delivered is not edited.' using errcode = 'insufficient_privilege',
        constraint = 'commissioning_is_append_only';
end $$;
do $$
declare part text;
begin
    foreach part in array array['split', 'decision', 'reportedweek', 'deliveredweek'] loop
        execute format('create trigger commissioning_is_append_only before update or delete on commissioning_%s
            for each row execute function access.refuse_commissioning_change()', part);
    end loop;
    foreach part in array array['package', 'delegation', 'split', 'decision', 'reportedweek', 'deliveredweek'] loop
        execute format('create trigger commissioning_is_never_emptied before truncate on commissioning_%s
            for each statement execute function access.refuse_commissioning_change()', part);
    end loop;
end $$;
create trigger commissioning_is_append_only before delete on commissioning_package
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_append_only before delete on commissioning_delegation
    for each row execute function access.refuse_commissioning_change();

-- A delegation holds from the database's now, for as long as lies between the times that were written. Of it only its
-- end changes, to now, and what has ended stays ended.
create function access.check_delegation() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.ends_at := now() + (new.ends_at - new.starts_at);
        new.starts_at := now();
        return new;
    end if;
    if to_jsonb(new) - array['ends_at', 'version'] is distinct from to_jsonb(old) - array['ends_at', 'version']
            or old.ends_at <= now() then
        perform access.refuse('delegation_is_not_rewritten', 'A delegation is ended and given anew, not rewritten.');
    end if;
    new.ends_at := now();
    return new;
end $$;
create trigger check_delegation before insert or update on commissioning_delegation
    for each row execute function access.check_delegation();

create function access.delegations_now(places uuid[]) returns uuid[] stable begin atomic
    select coalesce(array_agg(d.id), '{}') from public.commissioning_delegation d
    where d.place_id = any (places) and now() >= d.starts_at and (d.ends_at is null or now() < d.ends_at);
end;
-- The most a week in pence that somebody may commit now for a kind of care; 0 for nothing.
create function access.delegated_limit(holder uuid, place uuid, service text) returns bigint stable begin atomic
    select coalesce(max(d.weekly_limit_pence), 0) from public.commissioning_delegation d
    where d.id = any (access.delegations_now(array[place])) and d.holder_id = holder
      and (d.kind = 'everything' or d.kind = service);
end;
-- How many hold the office of accounting officer in a place now, for the page that asks before it offers.
create function access.accounting_officers(place uuid) returns uuid[] stable security definer begin atomic
    select coalesce(array_agg(distinct h.subject_id), '{}') from public.access_roleholding h
    where h.role = 'accounting_officer' and h.place_id = place
      and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at);
end;
-- Who works for a provider in a place now.
create function access.workers_of_provider(provider uuid, place uuid) returns uuid[] stable security definer
begin atomic
    select coalesce(array_agg(distinct s.id), '{}') from public.access_subject s
    join public.access_roleholding h on h.subject_id = s.id
    where s.body_id = provider and h.role = 'provider' and h.place_id = place
      and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at);
end;
revoke execute on all functions in schema access from public;
grant execute on function access.accounting_officers(uuid), access.workers_of_provider(uuid, uuid),
    access.delegations_now(uuid[]), access.delegated_limit(uuid, uuid, text) to app;
