-- Since when a person is kept out of uses beyond their care, by whichever of their records, and who told: for those who
-- may see the person, and for the privacy officer of their place, who answers for it without sight of any record.
create function access.opted_out_since(person uuid) returns table (since timestamptz, told_by text)
stable security definer begin atomic
    select o.starts_at, o.told_by from public.access_optout o
    where o.ends_at is null and o.person_id = any (access.whole_of(opted_out_since.person))
      and (access.may_see(opted_out_since.person)
          or access.place_of(opted_out_since.person) = any (access.places_as('privacy_officer')))
    order by o.starts_at, o.id limit 1;
end;

revoke execute on all functions in schema access from public;
grant execute on function access.opted_out_since(uuid) to app;
