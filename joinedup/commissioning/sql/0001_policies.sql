-- Row security of packages and of what hangs on them.

select access.add_person_policies(t, 'person_id') from (values
    ('commissioning_package'), ('commissioning_split'), ('commissioning_decision'), ('commissioning_reportedweek'),
    ('commissioning_deliveredweek')) v (t);
select access.add_person_writing(t, 'person_id', 'insert') from (values
    ('commissioning_package'), ('commissioning_split'), ('commissioning_decision'), ('commissioning_reportedweek'),
    ('commissioning_deliveredweek')) v (t);
select access.add_person_writing('commissioning_package', 'person_id', 'update');

-- The body that the caller delivers care for: null for whoever is no provider, and nobody's key for a provider's user
-- who belongs to no body.
create function access.provider_of_caller() returns uuid stable parallel restricted security definer begin atomic
    select coalesce(s.body_id, '00000000-0000-0000-0000-000000000000') from public.access_subject s
    where s.id = access.caller() and access.holds_role(array['provider']);
end;
create function access.commissions_in(place uuid) returns boolean stable parallel restricted security definer
begin atomic
    select coalesce(place = any (access.places_as('commissioner')), false);
end;
grant execute on function access.provider_of_caller(), access.commissions_in(uuid) to app, worker;

-- A provider sees its own packages of the people it cares for, and no other provider's.
create policy own_packages on commissioning_package as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null or provider_id = (select access.provider_of_caller()));
do $$
declare part text;
begin
    foreach part in array array['split', 'decision', 'reportedweek', 'deliveredweek'] loop
        execute format('create policy of_seen_package on commissioning_%1$s as restrictive for select to app, worker
            using (exists (select from commissioning_package p where p.id = commissioning_%1$s.package_id))', part);
    end loop;
end $$;
-- What each pays of somebody's care is nothing to the provider either.
create policy not_for_providers on commissioning_split as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null);

-- Nobody proposes, decides, reports or confirms under another's name, nor without the role in that place. The roles are
-- those that carry the permissions in joinedup/access/roles.py; a test compares.
create policy own_hand_insert on commissioning_package as restrictive for insert to app, worker
    with check (proposed_by_id = (select access.caller()) and access.commissions_in(place_id));
create policy own_hand_update on commissioning_package as restrictive for update to app, worker
    using (access.commissions_in(place_id)) with check (access.commissions_in(place_id));
create policy with_its_package on commissioning_split as restrictive for insert to app, worker
    with check (exists (select from commissioning_package p where p.id = commissioning_split.package_id
        and p.proposed_by_id = (select access.caller())));
create policy own_hand_insert on commissioning_decision as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller())
        and place_id = any ((select access.places_as('accounting_officer'))::uuid[]));
create policy own_hand_insert on commissioning_reportedweek as restrictive for insert to app, worker
    with check (reported_by_id = (select access.caller()) and exists (
        select from commissioning_package p where p.id = commissioning_reportedweek.package_id
          and (p.provider_id = (select access.provider_of_caller()) or access.commissions_in(p.place_id))));
create policy own_hand_insert on commissioning_deliveredweek as restrictive for insert to app, worker
    with check (confirmed_by_id = (select access.caller()) and exists (
        select from commissioning_package p where p.id = commissioning_deliveredweek.package_id
          and access.commissions_in(p.place_id)));

-- Delegations name nobody but staff. Everybody who entered may read them; the board of the place gives and ends them.
alter table commissioning_delegation enable row level security;
create policy seen on commissioning_delegation for select to app, worker using ((select access.caller()) is not null);
create policy given on commissioning_delegation for insert to app with check (given_by_id = (select access.caller())
    and place_id = any ((select access.places_as('board_member'))::uuid[]));
create policy ended on commissioning_delegation for update to app
    using (place_id = any ((select access.places_as('board_member'))::uuid[]));

create trigger keep_history after update or delete on commissioning_package
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on commissioning_delegation
    for each row execute function access.keep_history();
revoke execute on all functions in schema access from public;
