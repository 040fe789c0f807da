-- The two logs: who did and who saw (access_logentry), and what rows held before (access_rowhistory). Rows are written
-- unchained in the act's own transaction; a sealer chains committed rows in batches (0003). Both are partitioned by
-- month, and nothing refers to them by foreign key.

create sequence access.logentry_id;
create table access_logentry (
    id bigint not null default nextval('access.logentry_id'),
    at timestamptz not null default clock_timestamp(),
    actor_id uuid,
    act varchar(40) not null,
    outcome varchar(10) not null,
    person_id uuid,
    thing_id uuid,
    place_id uuid,
    reason varchar(60) not null default '',
    found integer,
    request_id varchar(40) not null default '',
    primary key (at, id),
    constraint log_outcome_known check (outcome in ('done', 'refused')),
    constraint log_holds_codes_only check (act ~ '^[a-z_.]+$' and reason ~ '^[a-z0-9_:.-]*$'
        and request_id ~ '^[a-z0-9-]*$')
) partition by range (at);
create index logentry_by_person on access_logentry (person_id, at);
create index logentry_by_actor on access_logentry (actor_id, at);

create sequence access.rowhistory_id;
create table access_rowhistory (
    id bigint not null default nextval('access.rowhistory_id'),
    at timestamptz not null default clock_timestamp(),
    actor_id uuid,
    database_role varchar(63) not null,
    table_name varchar(63) not null,
    row_id varchar(60) not null,
    person_id uuid,
    operation varchar(6) not null,
    before jsonb,
    primary key (at, id)
) partition by range (at);
create index rowhistory_by_row on access_rowhistory (table_name, row_id, at);

create table access_logentry_rest partition of access_logentry default;
create table access_rowhistory_rest partition of access_rowhistory default;

-- Makes the monthly partitions from this month on; safe to run again. The rest partition takes what has none.
create function access.make_log_partitions(months integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare log text; month date; made integer := 0; part text;
begin
    foreach log in array array['access_logentry', 'access_rowhistory'] loop
        for ahead in 0 .. months loop
            month := date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead);
            part := log || '_' || to_char(month, 'YYYYMM');
            if to_regclass('public.' || part) is null then
                execute format('create table public.%I partition of public.%I for values from (%L) to (%L)', part, log,
                    month::timestamp at time zone 'UTC', (month + interval '1 month')::timestamp at time zone 'UTC');
                execute format('alter table public.%I enable row level security', part);
                execute format('create trigger log_is_never_emptied before truncate on public.%I '
                    'for each statement execute function access.refuse_change()', part);
                made := made + 1;
            end if;
        end loop;
    end loop;
    return made;
end $$;

create function access.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The logs are append-only.' using errcode = 'insufficient_privilege',
        constraint = 'log_is_append_only';
end $$;
create trigger log_is_append_only before update or delete on access_logentry
    for each row execute function access.refuse_change();
create trigger log_is_append_only before update or delete on access_rowhistory
    for each row execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_logentry
    for each statement execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_rowhistory
    for each statement execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_logentry_rest
    for each statement execute function access.refuse_change();
create trigger log_is_never_emptied before truncate on access_rowhistory_rest
    for each statement execute function access.refuse_change();
select access.make_log_partitions(12);

-- Writes one line of the log for the caller; the actor cannot be chosen. A line about a person that names no place
-- belongs to theirs, so that its privacy officer can read it.
create function access.record(act text, outcome text, person uuid, thing uuid, place uuid, reason text, found integer,
    request text) returns bigint volatile security definer begin atomic
    insert into public.access_logentry (actor_id, act, outcome, person_id, thing_id, place_id, reason, found, request_id)
    values (access.caller(), record.act, record.outcome, person, thing,
        coalesce(place, access.place_of(person)), record.reason, record.found, request)
    returning id;
end;

-- Keeps what a row held before it was changed or deleted.
create function access.keep_history() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held jsonb := to_jsonb(old);
begin
    insert into public.access_rowhistory (actor_id, database_role, table_name, row_id, person_id, operation, before)
    values (access.caller(), session_user, tg_table_name,
        coalesce(held ->> 'id', held ->> 'person_id'),
        case when tg_table_name = 'person_person' then (held ->> 'id')::uuid else (held ->> 'person_id')::uuid end,
        lower(tg_op), held);
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger keep_history after update or delete on access_accessgrant
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on access_roleholding
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on access_teammembership
    for each row execute function access.keep_history();

alter table access_logentry enable row level security;
alter table access_logentry_rest enable row level security;
alter table access_rowhistory enable row level security;
alter table access_rowhistory_rest enable row level security;
-- The person concerned reads who looked at them; a privacy officer reads the log of their places; nobody else does.
create policy concerned on access_logentry for select to app, worker using (exists (
    select from access_accessgrant g where g.person_id = access_logentry.person_id and g.purpose = 'own_record'
      and g.subject_id = (select access.caller()) and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
create policy privacy_officer on access_logentry for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[]));

revoke execute on all functions in schema access from public;
grant execute on function access.record(text, text, uuid, uuid, uuid, text, integer, text)
    to app, gate, loader, linker, extractor, worker;
grant execute on function access.make_log_partitions(integer) to worker;
