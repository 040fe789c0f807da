-- A refused row and its correction may hold anything a person's row holds. Besides the loader, who keeps them, only an
-- analyst of the place that the load is about reads them, and may send a correction in her own name. Nobody changes one:
-- a trigger lets the loader say which load took it, once, and nothing else.
create policy data_officer on exchange_refusedrow for select to app using (exists (
    select from exchange_load l where l.id = load_id
      and l.place_id = any ((select access.places_as('analyst'))::uuid[])));

alter table exchange_correction enable row level security;
create policy loader_all on exchange_correction for all to loader using (true) with check (true);
create policy data_officer on exchange_correction for select to app using (exists (
    select from exchange_refusedrow r join exchange_load l on l.id = r.load_id where r.id = refused_row_id
      and l.place_id = any ((select access.places_as('analyst'))::uuid[])));
create policy data_officer_sends on exchange_correction for insert to app with check (
    sent_by_id = access.caller() and loaded_as_id is null and exists (
    select from exchange_refusedrow r join exchange_load l on l.id = r.load_id where r.id = refused_row_id
      and l.place_id = any ((select access.places_as('analyst'))::uuid[])));

create function access.refuse_correction_edit() returns trigger language plpgsql as $$
begin
    if (new.id, new.refused_row_id, new.text, new.sent_by_id, new.sent_at)
        is distinct from (old.id, old.refused_row_id, old.text, old.sent_by_id, old.sent_at)
        or old.loaded_as_id is not null then
        raise exception 'A correction is kept as it was sent.' using errcode = 'insufficient_privilege',
            constraint = 'correction_is_immutable';
    end if;
    return new;
end $$;
revoke execute on function access.refuse_correction_edit() from public;
create trigger correction_is_immutable before update on exchange_correction
    for each row execute function access.refuse_correction_edit();
