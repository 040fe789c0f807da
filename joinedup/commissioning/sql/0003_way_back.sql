-- From a posting and a figure back to the person. The step that posts says whose week of care a journal came from, and
-- so puts its function in the place of the one that `extract` makes when it comes first; the definition is the same
-- whichever of the two migrates first, because the older one is replaced and the later one leaves what it finds.
create or replace function access.person_behind(source_kind text, source uuid) returns uuid stable security definer
begin atomic
    select w.person_id from public.commissioning_deliveredweek w
    where person_behind.source_kind = 'delivered_week' and w.id = person_behind.source;
end;

-- Whether the key of an extract's run is still held here. It never stands in a backup, so after a restore no row of an
-- older extract leads to anybody, and a page must be able to say so instead of "nobody". It tells nothing else. The
-- table is read by name at run time: `extract` may migrate later.
create or replace function access.run_leads_back(run uuid) returns boolean stable
security definer set search_path = pg_catalog, access, pg_temp language plpgsql as $$
begin
    return exists (select from access.extract_run r where r.id = run_leads_back.run);
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.run_leads_back(uuid) to app;
