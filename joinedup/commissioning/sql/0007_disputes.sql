-- Disputes about who pays, the interim payer, and what their end settles.

select access.add_person_policies(t, 'person_id') from (values ('commissioning_dispute'), ('commissioning_settledweek')) v (t);
select access.add_person_writing(t, 'person_id', 'insert')
    from (values ('commissioning_dispute'), ('commissioning_settledweek')) v (t);
select access.add_person_writing('commissioning_dispute', 'person_id', 'update');
create policy not_for_providers on commissioning_dispute as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null);
create policy not_for_providers on commissioning_settledweek as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null);
create policy own_hand_insert on commissioning_dispute as restrictive for insert to app, worker
    with check (opened_by_id = (select access.caller()) and access.runs_panel_in(place_id));
create policy own_hand_update on commissioning_dispute as restrictive for update to app, worker
    using (access.runs_panel_in(place_id))
    with check (access.runs_panel_in(place_id) and (ended_by_id is null or ended_by_id = (select access.caller())));
create policy with_its_dispute on commissioning_settledweek as restrictive for insert to app, worker
    with check (exists (select from commissioning_dispute d where d.id = commissioning_settledweek.dispute_id
        and access.runs_panel_in(d.place_id)));
alter table commissioning_dispute add constraint dispute_of_the_packages_person
    foreign key (package_id, person_id) references commissioning_package (id, person_id);
alter table commissioning_dispute add constraint interim_payer_is_a_party
    check (interim_payer_id in (one_body_id, other_body_id));
alter table commissioning_dispute add constraint dispute_ended_by_another_hand
    check (ended_by_id is null or ended_by_id <> opened_by_id);
alter table commissioning_dispute add constraint settled_payer_is_a_party
    check (settled_payer_id is null or settled_payer_id in (one_body_id, other_body_id));
create trigger commissioning_is_append_only before delete on commissioning_dispute
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_append_only before update or delete on commissioning_settledweek
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_never_emptied before truncate on commissioning_dispute
    for each statement execute function access.refuse_commissioning_change();
create trigger commissioning_is_never_emptied before truncate on commissioning_settledweek
    for each statement execute function access.refuse_commissioning_change();
create trigger keep_history after update or delete on commissioning_dispute
    for each row execute function access.keep_history();

create function access.in_dispute(package uuid) returns boolean stable security definer begin atomic
    select exists (select from public.commissioning_dispute d
        where d.package_id = in_dispute.package and d.ended_at is null);
end;

-- A dispute is about a package that has not ended, in its place; its interim payer shares in a fund of the place and
-- pays from a day from which no week is posted yet. Of it only the owner and the end change, and an end stays.
create function access.check_dispute() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record;
begin
    -- Held until the transaction ends, as by whoever confirms a week (below): of the two one waits for the other.
    select * into bought from commissioning_package p where p.id = new.package_id for update;
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - array['owner_id', 'ended_at', 'ended_by_id', 'ended_words', 'settled_payer_id',
                'settled_from', 'version'] is distinct from
                to_jsonb(old) - array['owner_id', 'ended_at', 'ended_by_id', 'ended_words', 'settled_payer_id',
                'settled_from', 'version'] or old.ended_at is not null then
            perform access.refuse('dispute_is_not_rewritten', 'Of a dispute only its owner and its end change.');
        end if;
        return new;
    end if;
    if bought.state = 'ended' or bought.place_id <> new.place_id or new.ended_at is not null then
        perform access.refuse('dispute_about_a_live_package', 'A dispute is about a package that has not ended.');
    end if;
    if not exists (select from ledger_fund f join ledger_fundpartner p on p.fund_id = f.id
            where f.place_id = new.place_id and p.body_id = new.interim_payer_id and f.starts_on <= new.interim_from
              and (f.ends_on is null or new.interim_from < f.ends_on)) then
        perform access.refuse('interim_payer_is_a_partner', 'The interim payer shares in no fund of this place.');
    end if;
    if new.interim_from < bought.starts_on or exists (select from commissioning_deliveredweek w
            where w.package_id = new.package_id and w.week_starts_on >= new.interim_from) or exists (
            select from commissioning_dispute d where d.package_id = new.package_id
            and d.ended_at is not null and new.interim_from <= d.settled_from) then
        perform access.refuse('interim_begins_after_posted_weeks', 'Weeks from that day are posted or settled already.');
    end if;
    return new;
end $$;
create trigger check_dispute before insert or update on commissioning_dispute
    for each row execute function access.check_dispute();

-- Who alone must bear what the person does not of a week: the interim payer while a dispute runs and before the day from
-- which it was settled; from then the settled payer, or the interim payer still when that one shares in no fund here;
-- null where the package's own split holds.
-- A page asks it with its caller's own sight; a trigger asks as the owner.
create function access.sole_payer(package uuid, week date) returns uuid stable begin atomic
    select case when d.ended_at is null or sole_payer.week < d.settled_from then d.interim_payer_id
        when d.settled_payer_id is null then null
        when exists (select from public.ledger_fundpartner p
            join public.commissioning_decision c on c.fund_id = p.fund_id
            where c.package_id = sole_payer.package and p.body_id = d.settled_payer_id) then d.settled_payer_id
        else d.interim_payer_id end
    from public.commissioning_dispute d
    where d.package_id = sole_payer.package and d.interim_from <= sole_payer.week
    order by d.interim_from desc, d.opened_at desc limit 1;
end;
create function access.check_disputed_week() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare payer uuid;
begin
    perform from commissioning_package p where p.id = new.package_id for share;
    payer := access.sole_payer(new.package_id, new.week_starts_on);
    if payer is not null and exists (select from ledger_posting p join ledger_account a on a.id = p.account_id
            join ledger_fundpartner f on f.id = a.partner_id where p.journal_id = new.journal_id
              and a.kind = 'expense' and f.body_id <> payer) then
        perform access.refuse('disputed_week_borne_by_its_payer', 'Another than the payer of the dispute bears this week.');
    end if;
    return new;
end $$;
create trigger check_disputed_week before insert on commissioning_deliveredweek
    for each row execute function access.check_disputed_week();

-- What is owed for a week after a dispute is owed to the interim payer, for a week of the dispute's package from the
-- settled day, no more than the rest of that week; and its journal, where there is one, posts exactly that.
create function access.check_settled_week() returns trigger
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
            where s.week_id = new.week_id) > delivered.amount_pence - delivered.person_pence then
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
create trigger check_settled_week before insert on commissioning_settledweek
    for each row execute function access.check_settled_week();

-- Asked when the transaction ends: an end that names another payer than the interim one settles every week that the
-- interim payer bore from that day, whole. (Of a split by terms the parts are the rule's; tests compare.)
create function access.check_settlement() returns trigger
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
            join ledger_account a on a.id = p.account_id and a.kind = 'expense'
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
create constraint trigger settlement_covers_every_week after update on commissioning_dispute
    deferrable initially deferred for each row execute function access.check_settlement();
create constraint trigger settlement_covers_every_week after insert on commissioning_deliveredweek
    deferrable initially deferred for each row execute function access.check_settlement();
revoke execute on all functions in schema access from public;
grant execute on function access.sole_payer(uuid, date) to app, worker;
