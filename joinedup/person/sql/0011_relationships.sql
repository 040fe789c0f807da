-- Who is close to a person is seen by whoever may see that person; the carer's own record is a record like any other and
-- opens only with a grant of its own. Nobody writes under another's name, links to somebody whom they may not see, or
-- writes anything about who is close to a restricted person; of a restricted contact no telephone number is kept.

select access.add_person_policies('person_personrelationship', 'person_id');
select access.add_person_writing('person_personrelationship', 'person_id', 'insert');
select access.add_person_writing('person_personrelationship', 'person_id', 'update');
create policy own_hand_insert on person_personrelationship as restrictive for insert to app, worker
    with check (written_by_id = (select access.caller()));
create policy own_hand_update on person_personrelationship as restrictive for update to app, worker
    with check (written_by_id = (select access.caller()));
create policy other_is_seen on person_personrelationship as restrictive for insert to app, worker
    with check (other_person_id is null or exists (
        select from access_accessgrant g where g.person_id = person_personrelationship.other_person_id
          and g.subject_id = any ((select access.subjects())::uuid[])
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));

create function access.guard_relationship() returns trigger security definer
set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from person_person p where p.id = new.person_id and p.restricted) and new.ends_on is null then
        raise exception 'Nobody is written down as close to a restricted person.' using errcode = 'check_violation',
            constraint = 'nobody_close_to_restricted';
    end if;
    if new.phone <> '' and exists (select from person_person p where p.id = new.other_person_id and p.restricted) then
        raise exception 'No telephone number is kept of a restricted contact.' using errcode = 'check_violation',
            constraint = 'no_phone_of_restricted_contact';
    end if;
    if tg_op = 'UPDATE' and (new.person_id, new.id, new.other_person_id) is distinct from
            (old.person_id, old.id, old.other_person_id) then
        raise exception 'A relationship keeps its people.' using errcode = 'check_violation',
            constraint = 'relationship_keeps_its_people';
    end if;
    return new;
end $$;
create trigger guard_relationship before insert or update on person_personrelationship
    for each row execute function access.guard_relationship();
create trigger keep_history after update or delete on person_personrelationship
    for each row execute function access.keep_history();
revoke execute on function access.guard_relationship() from public;
