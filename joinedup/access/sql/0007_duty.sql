-- A turn at a duty desk makes its member a member of the desk's team for exactly that time, and nobody sets one who does
-- not run the desk. Times come from the program's clock (`at` is its now); membership counts by this database's clock,
-- so it is set by how far from now they are.
create function access.set_shift(shift uuid, desk uuid, member uuid, starts timestamptz, ends timestamptz,
    at timestamptz) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare desk_place uuid := (select d.place_id from access_dutydesk d where d.team_id = desk);
begin
    if desk_place is null or not (desk_place = any (coalesce(access.places_as('coordinator'), '{}'))
            or desk_place = any (coalesce(access.places_as('administrator'), '{}'))) then
        raise exception 'Only who runs the desk sets its shifts.'
            using errcode = 'insufficient_privilege', constraint = 'shift_set_by_who_runs_the_desk';
    end if;
    if ends <= at or ends > starts + interval '24 hours' then
        raise exception 'A shift ends in the future and lasts at most a day.'
            using errcode = 'check_violation', constraint = 'shift_lasts_at_most_a_day';
    end if;
    if not exists (select from access_roleholding h join access_subject s on s.id = h.subject_id
        where h.subject_id = member and h.place_id = desk_place and s.kind = 'user'
          and h.role in ('coordinator', 'practitioner', 'case_manager')
          and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at)) then
        raise exception 'Only somebody at work with people here is put on duty.'
            using errcode = 'check_violation', constraint = 'shift_is_of_somebody_at_work_here';
    end if;
    insert into access_dutyshift (id, desk_id, member_id, starts_at, ends_at, set_by_id, set_at)
    values (shift, desk, member, starts, ends, access.caller(), at);
    insert into access_teammembership (id, team_id, member_id, starts_at, ends_at)
    values (shift, desk, member, now() + (starts - at), now() + (ends - at));
end $$;

-- Ends a shift now, or takes back one that has not begun: by who runs the desk, or whose shift it is.
create function access.end_shift(shift uuid, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from access_dutyshift t join access_dutydesk d on d.team_id = t.desk_id where t.id = shift
        and (t.member_id = access.caller() or d.place_id = any (coalesce(access.places_as('coordinator'), '{}'))
            or d.place_id = any (coalesce(access.places_as('administrator'), '{}')))) then
        raise exception 'Only who runs the desk, or whose shift it is, ends it.'
            using errcode = 'insufficient_privilege', constraint = 'shift_ended_by_who_may';
    end if;
    update access_dutyshift t set ended_at = at where t.id = shift and t.ended_at is null and t.ends_at > at;
    if not found then
        return false;
    end if;
    delete from access_teammembership m where m.id = shift and m.starts_at >= now();
    update access_teammembership m set ends_at = now() where m.id = shift and m.ends_at > now() and m.starts_at < now();
    return true;
end $$;

create trigger keep_history after update or delete on access_dutyshift
    for each row execute function access.keep_history();

revoke execute on all functions in schema access from public;
grant execute on function access.set_shift(uuid, uuid, uuid, timestamptz, timestamptz, timestamptz),
    access.end_shift(uuid, timestamptz) to app;
