-- What somebody pays stands on their timeline too, as lines of the kind 'charge'. They are hidden with the money itself:
-- from whoever delivers the care, and from whoever acts for the person in health and welfare alone.

create function access.may_see_charge_lines(person uuid) returns boolean stable parallel restricted security definer
begin atomic
    select (session_user <> 'app' or access.caller() is not null) and not access.holds_role(array['provider'])
        and (not access.holds_role(array['person']) or access.may_see_money(may_see_charge_lines.person));
end;
create policy charge_lines_with_the_money on person_timelineentry as restrictive for select to app, worker
    using (kind <> 'charge' or access.may_see_charge_lines(person_id));

-- As in person/sql/0031_timeline_contents.sql, and besides: lines of money count only for those who may see them.
create or replace function access.timeline_contents(people uuid[]) returns table (kind text, body uuid, lines bigint)
stable security definer begin atomic
    select t.kind, t.body_id, count(*) from public.person_timelineentry t
    where t.person_id in (select p.id from unnest(people) p (id) where access.may_see(p.id))
      and (not t.sealed or access.may_open_sealed(t.body_id, t.source_key))
      and (t.kind <> 'charge' or access.may_see_charge_lines(t.person_id))
    group by t.kind, t.body_id order by t.kind;
end;
revoke execute on all functions in schema access from public;
grant execute on function access.may_see_charge_lines(uuid) to app, worker;
