-- Who is asking. The caller is not a plain setting, which a serving role could forge by hand-written SQL: it is signed
-- over backend and transaction with a key that no serving role can read. Functions written `begin atomic` are bound to
-- their tables when made, so no search_path and no temporary table can deceive them.

create schema access;
revoke all on schema access from public;
grant usage on schema access to app, gate, loader, linker, extractor, worker, backup;

create table access.secret (key bytea not null);
create unique index one_secret on access.secret ((true));
insert into access.secret select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

create table access.session (
    token_digest bytea primary key,
    subject uuid not null references public.access_subject (id),
    started_at timestamptz not null default now(),
    idle interval not null,
    idle_until timestamptz not null,
    ends_at timestamptz not null,
    constraint session_ends_after_start check (ends_at > started_at)
);
create index session_by_subject on access.session (subject);

create table access.delegation (
    token_digest bytea primary key,
    subject uuid not null references public.access_subject (id),
    job text not null,
    made_at timestamptz not null default now(),
    ends_at timestamptz not null,
    redeemed_at timestamptz
);

create function access.sign(subject uuid, moment bytea) returns text stable begin atomic
    select subject || '.' || encode(sha256(key || sha256(key || uuid_send(subject) || moment)), 'hex')
    from access.secret;
end;

create function access.fresh_token() returns text volatile begin atomic
    select encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex');
end;

-- Sets the caller of this transaction from a live token and returns the subject, or null when the token is not live:
-- then nobody is the caller, whoever entered before. The idle limit is moved on once a minute, and never waited for:
-- one request enters the same token on two connections, and would otherwise wait for itself. `materialized` makes sure
-- that nothing is signed before every condition was checked.
create function access.enter(session_token text) returns uuid volatile security definer begin atomic
    select set_config('access.caller', '', true);
    update access.session s set idle_until = now() + s.idle
    where s.token_digest = (
        select t.token_digest from access.session t
        where t.token_digest = sha256(convert_to(session_token, 'UTF8'))
          and t.idle_until > now() and t.idle_until < now() + t.idle - interval '1 minute'
        for update skip locked);
    with live as materialized (
        select s.subject from access.session s join public.access_user u on u.id = s.subject and u.is_active
        where s.token_digest = sha256(convert_to(session_token, 'UTF8')) and s.ends_at > now() and s.idle_until > now())
    select l.subject from live l,
        lateral (select set_config('access.caller', access.sign(l.subject,
            int4send(pg_backend_pid()) || xid8send(pg_current_xact_id())), true)) c;
end;

-- The subject that truly entered this transaction on this backend, or null.
create function access.caller() returns uuid stable parallel restricted security definer begin atomic
    select case when v ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\.[0-9a-f]{64}$' then
        case when v = access.sign(left(v, 36)::uuid,
            int4send(pg_backend_pid()) || xid8send(pg_current_xact_id_if_assigned())) then left(v, 36)::uuid end end
    from (select current_setting('access.caller', true)) t (v);
end;

-- The caller and every team or office they belong to at this moment.
create function access.subjects() returns uuid[] stable parallel restricted security definer begin atomic
    select array_agg(s.subject) from (
        select access.caller() as subject
        union all
        select m.team_id from public.access_teammembership m
        where m.member_id = access.caller() and now() >= m.starts_at and (m.ends_at is null or now() < m.ends_at)
    ) s where s.subject is not null;
end;

-- The places in which the caller holds a role at this moment.
create function access.places_as(role_code text) returns uuid[] stable parallel restricted security definer begin atomic
    select array_agg(h.place_id) from public.access_roleholding h
    where h.subject_id = access.caller() and h.role = role_code
      and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at);
end;

-- What the shell of every page needs to know about the caller, in one look-up.
create function access.profile() returns jsonb stable security definer begin atomic
    select jsonb_build_object(
        'id', s.id, 'label', s.label, 'kind', s.kind,
        'roles', coalesce((select jsonb_agg(jsonb_build_object('role', h.role, 'place', h.place_id, 'code', p.code,
                'name', p.name) order by h.role, p.code)
            from public.access_roleholding h join public.places_place p on p.id = h.place_id
            where h.subject_id = s.id and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at)),
            '[]'::jsonb),
        'person', (select g.person_id from public.access_accessgrant g
            where g.subject_id = s.id and g.purpose = 'own_record' and now() >= g.starts_at
              and (g.ends_at is null or now() < g.ends_at) limit 1))
    from public.access_subject s where s.id = access.caller();
end;

-- Issues a token for a signed-in user: the role gate alone may.
create function access.open_session(user_subject uuid, life interval, idle interval) returns text
volatile security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare token text := access.fresh_token();
begin
    insert into access.session (token_digest, subject, idle, idle_until, ends_at)
    select sha256(convert_to(token, 'UTF8')), s.id, open_session.idle, now() + open_session.idle, now() + life
    from public.access_subject s join public.access_user u on u.id = s.id
    where s.id = user_subject and s.kind = 'user' and u.is_active;
    if not found then
        raise exception 'no active user with that key' using errcode = 'insufficient_privilege',
            constraint = 'session_needs_active_user';
    end if;
    return token;
end $$;

create function access.close_session(session_token text) returns boolean volatile security definer begin atomic
    with ended as (
        delete from access.session s where s.token_digest = sha256(convert_to(session_token, 'UTF8')) returning 1)
    select exists (select from ended);
end;

-- Ends every session of a user (password changed, sign-in closed).
create function access.close_sessions(user_subject uuid) returns bigint volatile security definer begin atomic
    with ended as (delete from access.session s where s.subject = user_subject returning 1)
    select count(*) from ended;
end;

-- A command enters as the service subject of the database role it signed in with.
create function access.enter_service() returns uuid volatile security definer begin atomic
    select s.id from public.access_subject s,
        lateral (select set_config('access.caller', access.sign(s.id,
            int4send(pg_backend_pid()) || xid8send(pg_current_xact_id())), true)) c
    where s.kind = 'service' and s.code = 'service:' || session_user;
end;

-- A job carries its maker's right: made in the maker's transaction, good for one job, redeemed once.
create function access.delegate(job_name text, life interval) returns text
volatile security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
declare token text := access.fresh_token();
begin
    if access.caller() is null then
        raise exception 'nobody to delegate for' using errcode = 'insufficient_privilege',
            constraint = 'delegation_needs_caller';
    end if;
    insert into access.delegation (token_digest, subject, job, ends_at)
    values (sha256(convert_to(token, 'UTF8')), access.caller(), job_name, now() + least(life, interval '1 day'));
    return token;
end $$;

create function access.redeem(delegation_token text, job_name text) returns uuid volatile security definer begin atomic
    select set_config('access.caller', '', true);
    with redeemed as (
        update access.delegation d set redeemed_at = now()
        where d.token_digest = sha256(convert_to(delegation_token, 'UTF8')) and d.job = job_name
          and d.redeemed_at is null and d.ends_at > now()
          and exists (select from public.access_user u where u.id = d.subject and u.is_active)
        returning d.subject)
    select r.subject from redeemed r,
        lateral (select set_config('access.caller', access.sign(r.subject,
            int4send(pg_backend_pid()) || xid8send(pg_current_xact_id())), true)) c;
end;

-- Forgets sessions a day after their end, and delegations a month after theirs; returns how many.
create function access.forget_ended() returns bigint volatile security definer begin atomic
    with sessions as (
        delete from access.session s where least(s.ends_at, s.idle_until) < now() - interval '1 day' returning 1),
    delegations as (delete from access.delegation d where d.ends_at < now() - interval '30 days' returning 1)
    select (select count(*) from sessions) + (select count(*) from delegations);
end;

-- The place whose privacy officer and administrator answer for a person. The step `person`, which knows where people
-- live, replaces this; until then nobody does.
create function access.place_of(person uuid) returns uuid stable security definer begin atomic
    select null::uuid;
end;

revoke execute on all functions in schema access from public;
grant execute on function access.caller(), access.subjects(), access.places_as(text), access.profile()
    to app, worker, loader, linker, extractor;
grant execute on function access.enter(text) to app;
grant execute on function access.delegate(text, interval) to app;
grant execute on function access.redeem(text, text), access.forget_ended() to worker;
grant execute on function access.enter_service() to loader, linker, extractor, worker;
grant execute on function access.open_session(uuid, interval, interval), access.close_session(text),
    access.close_sessions(uuid) to gate;
