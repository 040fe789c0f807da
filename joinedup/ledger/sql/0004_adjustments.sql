-- What adjusts a week is not undone by a reversal: a further adjustment says why, and posts the difference.
create function access.check_adjustment_stands() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from ledger_journal j where j.id = new.corrects_id and j.purpose = 'adjustment') then
        perform access.refuse_entry('An adjustment is put right by a further one.', 'adjustment_is_not_corrected');
    end if;
    return new;
end $$;
create trigger adjustment_is_not_corrected before insert on ledger_journal
    for each row when (new.corrects_id is not null) execute function access.check_adjustment_stands();
revoke execute on all functions in schema access from public;
