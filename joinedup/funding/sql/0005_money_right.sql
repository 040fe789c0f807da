-- Somebody who acts for a person in health and welfare alone (such a power of attorney, or such a deputy) sees the record
-- and not the money: whoever decides on care need not know what somebody owns. Everybody else with live sight may.
create function access.may_see_money(person uuid) returns boolean stable parallel restricted security definer
begin atomic
    select exists (select from public.access_accessgrant g where g.person_id = person
        and g.subject_id = any ((select access.subjects())::uuid[])
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)
        and not (g.purpose = 'proxy' and split_part(g.source, ':', 1) in ('lpa_health', 'deputy')));
end;

do $$
declare t text;
begin
    foreach t in array array['funding_assessment', 'funding_evidence', 'funding_adjustment', 'funding_firstestimate',
        'funding_estimatedifference', 'funding_appeal', 'funding_appealoutcome'] loop
        execute format('create policy not_by_right_of_health on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''person''])) or access.may_see_money(person_id))', t);
    end loop;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.may_see_money(uuid) to app, worker;
