-- Where somebody was ordinarily resident: written once, by the staff who see them.

select access.add_person_policies('commissioning_residence', 'person_id');
select access.add_person_writing('commissioning_residence', 'person_id', 'insert');
create policy not_for_providers on commissioning_residence as restrictive for select to app, worker
    using ((select access.provider_of_caller()) is null);
create policy own_hand_insert on commissioning_residence as restrictive for insert to app, worker
    with check (written_by_id = (select access.caller()) and (select access.holds_role(array['coordinator',
        'practitioner', 'case_manager', 'commissioner', 'accounting_officer'])));
create trigger commissioning_is_append_only before update or delete on commissioning_residence
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_never_emptied before truncate on commissioning_residence
    for each statement execute function access.refuse_commissioning_change();

create function access.check_residence() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from places_body b where b.id in (new.council_id, new.placed_by_id) and b.kind <> 'council') then
        perform access.refuse('residence_in_the_area_of_a_council', 'Areas of residence are councils''.');
    end if;
    return new;
end $$;
create trigger check_residence before insert on commissioning_residence
    for each row execute function access.check_residence();
revoke execute on all functions in schema access from public;
