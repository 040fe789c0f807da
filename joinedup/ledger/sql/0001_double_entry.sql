-- What the database refuses of a ledger, whoever asks and by whatever statement: the owner of the tables included.

-- Numbers without a gap: one row a fund, locked until its transaction ends. Closing a period and making checkpoints take
-- the same lock, so that neither overlooks an entry on its way.
create table access.fund_number (fund uuid primary key, last_number bigint not null);

alter table ledger_posting add constraint posting_account_of_its_fund foreign key (account_id, fund_id)
    references ledger_account (id, fund_id);
alter table ledger_posting add constraint posting_fund_of_its_journal foreign key (journal_id, fund_id)
    references ledger_journal (id, fund_id);
-- The transaction that made a journal: no other may add to it.
alter table ledger_journal add column made_in xid8 not null default pg_current_xact_id();

create function access.refuse_entry(reason text, broken text) returns void language plpgsql as $$
begin
    raise exception '%', reason using errcode = 'check_violation', constraint = broken;
end $$;

create function access.number_journal() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    insert into access.fund_number as f (fund, last_number) values (new.fund_id, 1)
        on conflict (fund) do update set last_number = f.last_number + 1 returning f.last_number into new.number;
    new.made_in := pg_current_xact_id();
    select * into held from ledger_fund where id = new.fund_id;
    if new.dated_on < held.starts_on or new.dated_on >= held.ends_on then
        perform access.refuse_entry('The fund does not exist on this day.', 'journal_within_fund_life');
    end if;
    if new.dated_on <= held.closed_through then
        perform access.refuse_entry('The period of this day is closed.', 'journal_in_open_period');
    end if;
    if new.corrects_id is not null then
        select * into held from ledger_journal where id = new.corrects_id;
        if held.fund_id <> new.fund_id then
            perform access.refuse_entry('A journal corrects one of its own fund.', 'journal_corrects_its_own_fund');
        end if;
        if held.purpose = 'reversal' then
            perform access.refuse_entry('A reversal is not corrected: post anew.', 'reversal_is_not_corrected');
        end if;
    end if;
    return new;
end $$;
create trigger journal_is_numbered before insert on ledger_journal
    for each row execute function access.number_journal();

create function access.place_posting() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    select * into held from ledger_journal where id = new.journal_id;
    if held.made_in is distinct from pg_current_xact_id() then
        perform access.refuse_entry('Nothing is added to a journal that stands.', 'journal_is_complete');
    end if;
    new.dated_on := held.dated_on;
    new.number := held.number;
    return new;
end $$;
create trigger posting_follows_its_journal before insert on ledger_posting
    for each row execute function access.place_posting();

-- Asked when the transaction ends: at least two lines, nothing left over for any holder, and a reversal that undoes.
create function access.check_journal() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare the_journal uuid; held record;
begin
    if tg_table_name = 'ledger_journal' then the_journal := new.id; else the_journal := new.journal_id; end if;
    if (select count(*) < 2 from ledger_posting where journal_id = the_journal) then
        perform access.refuse_entry('A journal has at least two postings.', 'journal_has_two_postings');
    end if;
    if (select sum(amount_pence) <> 0 from ledger_posting where journal_id = the_journal) then
        perform access.refuse_entry('Debits and credits differ.', 'journal_balances');
    end if;
    if exists (select from ledger_posting p join ledger_account a on a.id = p.account_id
            where p.journal_id = the_journal group by a.partner_id having sum(p.amount_pence) <> 0) then
        perform access.refuse_entry('Debits and credits differ for one holder.', 'journal_balances_for_each_holder');
    end if;
    select * into held from ledger_journal where id = the_journal;
    if held.purpose = 'reversal' and exists (
            select from ledger_posting p where p.journal_id in (the_journal, held.corrects_id)
            group by p.account_id having sum(p.amount_pence) <> 0) then
        perform access.refuse_entry('A reversal undoes all of what it corrects.', 'reversal_undoes');
    end if;
    return null;
end $$;
create constraint trigger journal_balances after insert on ledger_journal deferrable initially deferred
    for each row execute function access.check_journal();
create constraint trigger journal_balances after insert on ledger_posting deferrable initially deferred
    for each row execute function access.check_journal();

create function access.refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'The ledger is append-only: correct it by a new entry.' using errcode = 'insufficient_privilege',
        constraint = 'ledger_is_append_only';
end $$;
do $$
declare each_table text;
begin
    foreach each_table in array array['fundpartner', 'partnerterms', 'account', 'journal', 'posting', 'checkpoint'] loop
        execute format('create trigger ledger_is_append_only before update or delete on ledger_%s
            for each row execute function access.refuse_ledger_change()', each_table);
    end loop;
    foreach each_table in array array['fund', 'fundpartner', 'partnerterms', 'account', 'journal', 'posting',
            'checkpoint'] loop
        execute format('create trigger ledger_is_never_emptied before truncate on ledger_%s
            for each statement execute function access.refuse_ledger_change()', each_table);
    end loop;
end $$;
create trigger ledger_is_append_only before delete on ledger_fund
    for each row execute function access.refuse_ledger_change();

-- Of a fund only the day through which it is closed changes, and only forward.
create function access.close_fund_forward() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if to_jsonb(new) - 'closed_through' - 'version' <> to_jsonb(old) - 'closed_through' - 'version' then
        raise exception 'Of a fund only its closing day changes.' using errcode = 'insufficient_privilege',
            constraint = 'fund_stays_as_opened';
    end if;
    if new.closed_through is null or new.closed_through <= old.closed_through
            or new.closed_through < old.starts_on then
        perform access.refuse_entry('A period is closed forward only.', 'period_closes_forward');
    end if;
    insert into access.fund_number as f (fund, last_number) values (new.id, 0)
        on conflict (fund) do update set last_number = f.last_number;
    new.version := old.version + 1;
    return new;
end $$;
create trigger period_closes_forward before update on ledger_fund
    for each row execute function access.close_fund_forward();
create trigger keep_history after update or delete on ledger_fund
    for each row execute function access.keep_history();

-- An account is held by a partner of its own fund, and its code ends with that partner's.
create function access.check_account() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare holder text;
begin
    if new.partner_id is null then
        holder := 'people';
    else
        select b.code into holder from ledger_fundpartner p join places_body b on b.id = p.body_id
            where p.id = new.partner_id and p.fund_id = new.fund_id;
    end if;
    if holder is null or split_part(new.code, ':', 2) <> holder then
        perform access.refuse_entry('An account names its holder, of its own fund.', 'account_names_its_holder');
    end if;
    return new;
end $$;
create trigger account_names_its_holder before insert on ledger_account
    for each row execute function access.check_account();
revoke execute on all functions in schema access from public;
