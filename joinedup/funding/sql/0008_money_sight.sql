-- Who acts for somebody in property and money alone sees the money and nothing else. Their sight is the authority itself,
-- on its days: it is no grant, because every policy of the record asks for a grant and would open to it.

create function access.has_money_right(person uuid) returns boolean stable parallel restricted security definer
begin atomic
    select exists (select from public.access_proxy x where x.subject_id = access.caller()
        and x.person_id = any (access.whole_of(person)) and x.kind in ('lpa_property', 'deputy_property', 'appointee')
        and x.ended_at is null and x.starts_on <= (now() at time zone 'Europe/London')::date
        and (x.ends_on is null or (now() at time zone 'Europe/London')::date < x.ends_on));
end;

-- Of whoever may see the money by such an authority: what a page of money needs to name the person, and nothing more.
create function access.person_of_money(person uuid)
returns table (id uuid, place uuid, prefix text, given text, family text, born date, whole uuid[])
stable security definer begin atomic
    select p.id, p.place_id, p.prefix, p.given, p.family, p.birth_date, access.whole_of(p.id)
    from public.person_person p where access.has_money_right(person_of_money.person)
      and p.id = (select coalesce(o.canonical_id, o.id) from public.person_person o where o.id = person_of_money.person);
end;

-- The people whose money the caller sees by such an authority today.
create function access.people_of_money() returns setof uuid stable security definer begin atomic
    select distinct coalesce(p.canonical_id, p.id) from public.access_proxy x
    join public.person_person p on p.id = x.person_id
    where x.subject_id = access.caller() and access.has_money_right(x.person_id);
end;

-- Whether the plan of a charge has ended: a plan tells of needs, and is closed to a sight of money.
create function access.plan_of_charge_has_ended(charge uuid) returns boolean stable security definer begin atomic
    select p.state = 'ended' from public.funding_assessment a join public.plan_plan p on p.id = a.plan_id
    where a.id = charge and access.has_money_right(a.person_id);
end;

-- Live sight that reaches the money: every grant but one in health and welfare alone, or an authority over money.
create or replace function access.may_see_money(person uuid) returns boolean stable parallel restricted security definer
begin atomic
    select access.has_money_right(person) or exists (select from public.access_accessgrant g where g.person_id = person
        and g.subject_id = any ((select access.subjects())::uuid[])
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)
        and not (g.purpose = 'proxy' and split_part(g.source, ':', 1) in ('lpa_health', 'deputy')));
end;

do $$
declare t text;
begin
    foreach t in array array['funding_assessment', 'funding_adjustment', 'funding_firstestimate',
        'funding_estimatedifference', 'funding_appeal', 'funding_appealoutcome'] loop
        execute format('create policy by_money_right on %I for select to app
            using ((select access.holds_role(array[''person''])) and access.has_money_right(person_id))', t);
    end loop;
end $$;
-- What somebody needs is health, and not money.
create policy by_money_right on funding_evidence for select to app using (
    topic <> 'needs' and (select access.holds_role(array['person'])) and access.has_money_right(person_id));
create policy by_money_right on funding_takentest for select to app using (
    test in ('dfg', 'deferred-payment') and (select access.holds_role(array['person']))
    and access.has_money_right(person_id));

-- An authority over property and money is recorded like any other and gives no grant.
do $$
declare source text := pg_get_functiondef(
    'access.record_proxy(uuid, uuid, uuid, text, text, date, date, timestamptz)'::regprocedure);
begin
    if source not like '%if authority <> ''lpa_property'' then%' then
        raise exception 'access.record_proxy is not as this migration knows it';
    end if;
    execute replace(source, 'if authority <> ''lpa_property'' then',
        'if authority not in (''lpa_property'', ''deputy_property'', ''appointee'') then');
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.has_money_right(uuid), access.person_of_money(uuid), access.people_of_money(),
    access.plan_of_charge_has_ended(uuid) to app;
grant execute on function access.has_money_right(uuid) to worker;
