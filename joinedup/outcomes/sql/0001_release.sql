-- Who prepares, who approves, who reads; and that nothing is changed once it is written. An analyst of the place
-- prepares, a board member or the accounting officer of the place approves or sets aside, never the same person
-- (release_approved_by_another). The roles are those with the permissions prepare_figures and release_figures in
-- joinedup/access/roles.py; a test compares. The public's role sees approved releases and their figures, nothing else.

-- The transaction that made a release: no other may add a figure to it.
alter table outcomes_release add column made_in xid8 not null default pg_current_xact_id();

create function access.places_of_preparing() returns uuid[] stable parallel restricted security definer begin atomic
    select access.places_as('analyst');
end;
create function access.places_of_releasing() returns uuid[] stable parallel restricted security definer begin atomic
    select access.places_as('board_member') || access.places_as('accounting_officer');
end;
create function access.places_of_figures() returns uuid[] stable parallel restricted security definer begin atomic
    select access.places_of_preparing() || access.places_of_releasing() || access.places_as('commissioner');
end;

alter table outcomes_release enable row level security;
create policy released on outcomes_release for select to public_reader using (state = 'approved');
create policy seen on outcomes_release for select to app using (
    state = 'approved' or place_id = any ((select access.places_of_figures())::uuid[]));
create policy prepared on outcomes_release for insert to app with check (
    state = 'prepared' and prepared_by_id = (select access.caller())
    and place_id = any ((select access.places_of_preparing())::uuid[]));
create policy decided on outcomes_release for update to app
    using (state = 'prepared' and place_id = any ((select access.places_of_releasing())::uuid[]))
    with check (decided_by_id = (select access.caller())
        and place_id = any ((select access.places_of_releasing())::uuid[]));

alter table outcomes_figure enable row level security;
create policy released on outcomes_figure for select to public_reader using (exists (
    select from outcomes_release r where r.id = outcomes_figure.release_id and r.state = 'approved'));
create policy seen on outcomes_figure for select to app using (exists (
    select from outcomes_release r where r.id = outcomes_figure.release_id));
create policy prepared on outcomes_figure for insert to app with check (exists (
    select from outcomes_release r where r.id = outcomes_figure.release_id
      and r.prepared_by_id = (select access.caller())));

create function access.refuse_figure() returns trigger language plpgsql as $$
begin
    raise exception 'Figures are never changed: prepare a new release.' using errcode = 'insufficient_privilege',
        constraint = 'figures_are_immutable';
end $$;
create trigger figures_are_immutable before update or delete on outcomes_figure
    for each row execute function access.refuse_figure();
create trigger figures_are_never_emptied before truncate on outcomes_figure
    for each statement execute function access.refuse_figure();
create trigger releases_are_never_emptied before truncate on outcomes_release
    for each statement execute function access.refuse_figure();
create trigger releases_are_never_deleted before delete on outcomes_release
    for each row execute function access.refuse_figure();

create function access.check_figure() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if (select r.made_in is distinct from pg_current_xact_id() or r.state <> 'prepared'
            from outcomes_release r where r.id = new.release_id) then
        raise exception 'No figure is added to a release that stands.' using errcode = 'insufficient_privilege',
            constraint = 'figures_are_immutable';
    end if;
    return new;
end $$;
create trigger figure_of_this_act before insert on outcomes_figure
    for each row execute function access.check_figure();

-- A release is made waiting, and decided once: nothing else of it ever changes.
create function access.check_release() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare decided text[] := array['state', 'decided_by_id', 'decided_by_name', 'decided_by_role', 'decided_at', 'remark',
    'version'];
begin
    if tg_op = 'INSERT' then
        new.made_in := pg_current_xact_id();
        if new.state <> 'prepared' then
            raise exception 'A release begins by waiting for approval.' using errcode = 'insufficient_privilege',
                constraint = 'release_begins_prepared';
        end if;
        return new;
    end if;
    if old.state <> 'prepared' or to_jsonb(new) - decided <> to_jsonb(old) - decided then
        raise exception 'A release that was decided stands as it is.' using errcode = 'insufficient_privilege',
            constraint = 'release_is_immutable';
    end if;
    return new;
end $$;
create trigger release_is_immutable before insert or update on outcomes_release
    for each row execute function access.check_release();

revoke execute on all functions in schema access from public;
grant execute on function access.places_of_preparing(), access.places_of_releasing(), access.places_of_figures() to app;
