-- A balance is the newest checkpoint and what came since: by day after it, or by number after it with an earlier day.
-- Both ranges stand in an index, so no page adds up every posting.

create function access.balance_of(account uuid, through date) returns bigint stable begin atomic
    select (coalesce(c.balance_pence, 0)
        + coalesce((select sum(p.amount_pence) from public.ledger_posting p where p.account_id = balance_of.account
            and p.dated_on > coalesce(c.through_on, '-infinity') and p.dated_on <= through), 0)
        + coalesce((select sum(p.amount_pence) from public.ledger_posting p where p.account_id = balance_of.account
            and p.number > c.through_number and p.dated_on <= c.through_on), 0))::bigint
    from (values (1)) one
    left join lateral (select k.* from public.ledger_checkpoint k where k.account_id = balance_of.account
        and k.through_on <= through order by k.through_on desc, k.through_number desc limit 1) c on true;
end;

-- Keeps the balance of every account of a fund after a day; returns how many were new. It waits for entries on their
-- way, so that no lower number can follow.
create function access.checkpoint_fund(the_fund uuid, through date) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare reached bigint; made integer;
begin
    if not coalesce(the_fund = any (access.funds_seen()), false) then
        raise exception 'Only somebody who sees the fund keeps its balances.' using errcode = 'insufficient_privilege',
            constraint = 'checkpoint_needs_sight';
    end if;
    select last_number into reached from access.fund_number where fund = the_fund for update;
    insert into ledger_checkpoint (id, account_id, fund_id, through_on, through_number, balance_pence, made_at)
    select gen_random_uuid(), a.id, a.fund_id, through, coalesce(reached, 0), access.balance_of(a.id, through), now()
    from ledger_account a where a.fund_id = the_fund
    on conflict on constraint checkpoint_once_a_day_and_number do nothing;
    get diagnostics made = row_count;
    return made;
end $$;

-- Everything that is wrong with the entries of a fund, or of all; nothing comes back from a ledger that is whole. This
-- adds up every posting, so it is for the command and not for a page.
create function access.ledger_faults(only_fund uuid) returns table (fund uuid, fault text, thing text)
stable security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    with funds as (select f.* from ledger_fund f where only_fund is null or f.id = only_fund),
    lines as (select p.*, a.partner_id, a.fund_id as account_fund, j.fund_id as journal_fund,
            j.dated_on as journal_on, j.number as journal_number
        from ledger_posting p join ledger_account a on a.id = p.account_id join ledger_journal j on j.id = p.journal_id
        where j.fund_id in (select id from funds)),
    whole as (select account_id, sum(amount_pence) as pence from lines group by account_id)
    select distinct journal_fund, 'journal does not balance', 'journal ' || journal_number from (
        select journal_fund, journal_number from lines
        group by journal_fund, journal_number, partner_id having sum(amount_pence) <> 0) unequal
    union all
    select j.fund_id, 'journal has fewer than two postings', 'journal ' || j.number from ledger_journal j
        where j.fund_id in (select id from funds)
          and (select count(*) from ledger_posting p where p.journal_id = j.id) < 2
    union all
    select journal_fund, 'posting disagrees with its journal', 'journal ' || journal_number || ' line ' || line
        from lines where (dated_on, number, fund_id, account_fund)
            is distinct from (journal_on, journal_number, journal_fund, journal_fund)
    union all
    select f.id, 'journal outside the life of the fund', 'journal ' || j.number
        from ledger_journal j join funds f on f.id = j.fund_id
        where j.dated_on < f.starts_on or j.dated_on >= f.ends_on
    union all
    select j.fund_id, 'reversal does not undo what it corrects', 'journal ' || j.number from ledger_journal j
        where j.purpose = 'reversal' and j.fund_id in (select id from funds) and exists (
            select from ledger_posting p where p.journal_id in (j.id, j.corrects_id)
            group by p.account_id having sum(p.amount_pence) <> 0)
    union all
    select f.id, 'number missing', 'journal ' || n from funds f
        left join access.fund_number c on c.fund = f.id,
        generate_series(1, greatest(c.last_number,
            (select max(j.number) from ledger_journal j where j.fund_id = f.id))) n
        where not exists (select from ledger_journal j where j.fund_id = f.id and j.number = n)
    union all
    select f.id, 'counter is behind', 'counter ' || coalesce(c.last_number, 0) from funds f
        left join access.fund_number c on c.fund = f.id
        where coalesce(c.last_number, 0) < (select max(j.number) from ledger_journal j where j.fund_id = f.id)
    union all
    select k.fund_id, 'checkpoint is wrong', a.code || ' ' || k.through_on || ' ' || k.through_number
        from ledger_checkpoint k join ledger_account a on a.id = k.account_id
        where k.fund_id in (select id from funds) and k.balance_pence <> (
            select coalesce(sum(p.amount_pence), 0) from ledger_posting p where p.account_id = k.account_id
              and p.dated_on <= k.through_on and p.number <= k.through_number)
    union all
    select a.fund_id, 'balance from checkpoint differs from the full sum', a.code
        from ledger_account a left join whole w on w.account_id = a.id
        where a.fund_id in (select id from funds) and access.balance_of(a.id, 'infinity') <> coalesce(w.pence, 0)
    union all
    select a.fund_id, 'accounts of a holder do not sum to nothing', coalesce(b.code, 'people')
        from ledger_account a left join whole w on w.account_id = a.id
        left join ledger_fundpartner p on p.id = a.partner_id left join places_body b on b.id = p.body_id
        where a.fund_id in (select id from funds)
        group by a.fund_id, a.partner_id, b.code having sum(coalesce(w.pence, 0)) <> 0
    order by 1, 2, 3
$$;
revoke execute on all functions in schema access from public;
grant execute on function access.balance_of(uuid, date), access.checkpoint_fund(uuid, date) to app, worker;
grant execute on function access.ledger_faults(uuid) to worker;
