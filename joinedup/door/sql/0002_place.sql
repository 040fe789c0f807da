-- A request goes with its owner: a transfer to another place, once accepted, makes it a request of that place. Its clock
-- and its call stay as they were.

-- Whether somebody, or a team, works with people in a place at this moment.
create function access.works_in(subject uuid, place uuid) returns boolean stable security definer begin atomic
    select exists (select from public.access_roleholding h where h.subject_id = subject and h.place_id = place
            and h.role in ('coordinator', 'practitioner', 'case_manager')
            and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at))
        or exists (select from public.access_teamintake t where t.team_id = subject and t.place_id = place
            and now() >= t.starts_at and (t.ends_at is null or now() < t.ends_at));
end;

create or replace function access.keep_clock() returns trigger language plpgsql as $$
begin
    if not exists (select from public.door_contact c where c.id = new.contact_id and c.person_id = new.person_id
        and (tg_op = 'UPDATE' or c.place_id = new.place_id) and c.first_contact_at = new.clock_started_at)
        or (tg_op = 'UPDATE' and new.clock_started_at is distinct from old.clock_started_at) then
        raise exception 'A request is about the person of its call, and its clock starts at first contact.'
            using errcode = 'check_violation', constraint = 'clock_starts_at_first_contact';
    end if;
    if tg_op = 'UPDATE' and new.place_id <> old.place_id and not access.works_in(new.owner_id, new.place_id) then
        raise exception 'A request goes to a place where its owner works.'
            using errcode = 'check_violation', constraint = 'request_is_where_its_owner_works';
    end if;
    return new;
end $$;
revoke execute on all functions in schema access from public;
grant execute on function access.works_in(uuid, uuid) to app, worker;
