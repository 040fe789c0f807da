-- Who sees a fund and who writes in it. A journal names nobody, but its source leads others to a person's week of care,
-- so it is for staff of the fund's place whose work is money. The roles are those that carry the permissions see_fund,
-- post_journal and open_fund in joinedup/access/roles.py; a test compares.

create function access.funds_of_roles(role_codes text[]) returns uuid[]
stable parallel restricted security definer begin atomic
    select array_agg(distinct f.id) from public.ledger_fund f
    join public.access_roleholding h on h.place_id = f.place_id
    where h.subject_id = access.caller() and h.role = any (role_codes)
      and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at);
end;
-- Background work as itself sees every fund; a job that acts for somebody sees theirs.
create function access.funds_seen() returns uuid[] stable parallel restricted security definer begin atomic
    select case when exists (select from public.access_subject s
            where s.id = access.caller() and s.kind = 'service' and s.code = 'service:worker')
        then (select array_agg(f.id) from public.ledger_fund f)
        else access.funds_of_roles(array['accounting_officer', 'commissioner', 'analyst', 'board_member']) end;
end;
create function access.funds_posted() returns uuid[] stable parallel restricted security definer begin atomic
    select access.funds_of_roles(array['accounting_officer', 'commissioner']);
end;
create function access.funds_kept() returns uuid[] stable parallel restricted security definer begin atomic
    select access.funds_of_roles(array['accounting_officer']);
end;
revoke execute on all functions in schema access from public;
grant execute on function access.funds_seen(), access.funds_posted(), access.funds_kept() to app, worker;

do $$
declare one record;
begin
    for one in select * from (values ('fundpartner', 'fund_id'), ('account', 'fund_id'), ('journal', 'fund_id'),
            ('posting', 'fund_id'), ('checkpoint', 'fund_id')) v (t, c) loop
        execute format('alter table ledger_%s enable row level security', one.t);
        execute format('create policy seen on ledger_%s for select to app, worker
            using (%I = any ((select access.funds_seen())::uuid[]))', one.t, one.c);
    end loop;
end $$;
-- A page sees a fund by its place and not by its key: the key is new to the statement that makes it.
alter table ledger_fund enable row level security;
create policy seen on ledger_fund for select to app using (
    place_id = any ((select access.places_as('accounting_officer'))::uuid[])
    or place_id = any ((select access.places_as('commissioner'))::uuid[])
    or place_id = any ((select access.places_as('analyst'))::uuid[])
    or place_id = any ((select access.places_as('board_member'))::uuid[]));
create policy seen_at_work on ledger_fund for select to worker using (id = any ((select access.funds_seen())::uuid[]));
create policy opened on ledger_fund for insert to app with check (
    place_id = any ((select access.places_as('accounting_officer'))::uuid[]));
create policy closed on ledger_fund for update to app using (
    place_id = any ((select access.places_as('accounting_officer'))::uuid[]));
create policy opened on ledger_fundpartner for insert to app with check (
    fund_id = any ((select access.funds_kept())::uuid[]));
create policy opened on ledger_account for insert to app with check (
    fund_id = any ((select access.funds_kept())::uuid[]));

alter table ledger_partnerterms enable row level security;
create policy seen on ledger_partnerterms for select to app, worker using (exists (
    select from ledger_fundpartner p where p.id = ledger_partnerterms.partner_id
      and p.fund_id = any ((select access.funds_seen())::uuid[])));
create policy opened on ledger_partnerterms for insert to app with check (exists (
    select from ledger_fundpartner p where p.id = ledger_partnerterms.partner_id
      and p.fund_id = any ((select access.funds_kept())::uuid[])));

-- Nobody writes under another's name. A job posts by the delegated right of whoever asked.
create policy posted on ledger_journal for insert to app, worker with check (
    by_id = (select access.caller()) and fund_id = any ((select access.funds_posted())::uuid[]));
create policy posted on ledger_posting for insert to app, worker with check (
    fund_id = any ((select access.funds_posted())::uuid[]));
