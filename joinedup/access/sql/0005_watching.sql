-- Watching over looks: what ends takes its sight with it, and who may read and write the rows of broken glass, of
-- questions about looks and of a privacy officer's findings.

-- The caller, every team they belong to and every office they hold at this moment. A user who holds no live role is
-- nobody here: with the last role goes the sight of every record, while the session still runs.
create or replace function access.subjects() returns uuid[] stable parallel restricted security definer begin atomic
    with asking as materialized (select access.caller() as id),
    live as materialized (
        select a.id from asking a
        where exists (select from public.access_subject s where s.id = a.id and s.kind <> 'user')
           or exists (select from public.access_roleholding h where h.subject_id = a.id
               and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at)))
    select array_agg(s.subject) from (
        select l.id as subject from live l
        union all
        select m.team_id from live l join public.access_teammembership m on m.member_id = l.id
        where now() >= m.starts_at and (m.ends_at is null or now() < m.ends_at)
        union all
        select o.office_id from live l join public.access_officeseat o on o.member_id = l.id
        join public.places_officeholder h on h.id = o.holder_id
        where (now() at time zone 'Europe/London')::date >= h.starts_on
          and (h.ends_on is null or (now() at time zone 'Europe/London')::date < h.ends_on)
    ) s;
end;

-- As before (0004), and: sight behind broken glass, or on the person's behalf, is nobody's to pass on.
create or replace function access.give_grant(grant_id uuid, receiver uuid, person uuid, purpose text, source text,
    starts timestamptz, ends timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare own_end timestamptz; until timestamptz := now() + (ends - starts);
begin
    if receiver = any (access.subjects()) then
        raise exception 'Nobody can give sight of a record to themselves or their own team.'
            using errcode = 'insufficient_privilege', constraint = 'grant_not_to_oneself';
    end if;
    if give_grant.purpose in ('break_glass', 'proxy') then
        raise exception 'This sight has a way of its own to be given.'
            using errcode = 'insufficient_privilege', constraint = 'grant_purpose_has_its_own_way';
    end if;
    if not access.manages_access_to(person) then
        select max(coalesce(g.ends_at, 'infinity')) into own_end from access_accessgrant g
        where g.person_id = person and g.subject_id = any (access.subjects())
          and g.purpose not in ('break_glass', 'proxy')
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at);
        if own_end is null or give_grant.purpose <> 'direct_care' then
            raise exception 'Only somebody who may see this record, or who manages access, can give sight of it.'
                using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
        end if;
        until := nullif(least(coalesce(until, 'infinity'), own_end), 'infinity');
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    values (grant_id, receiver, person, give_grant.purpose, give_grant.source, now(), until, 1);
    return grant_id;
end $$;

-- Whoever is case manager no more keeps no sight from having been: ends what the naming gave, once that has ended. Safe
-- for anybody to call, because it gives nothing and ends only what has lost its reason.
create function access.end_sight_of_case_manager(naming uuid) returns bigint
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare ended bigint;
begin
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.source = 'casemanager:' || naming and (g.ends_at is null or g.ends_at > now())
      and g.person_id = (select m.person_id from plan_casemanager m where m.id = naming and m.ends_at is not null);
    get diagnostics ended = row_count;
    return ended;
end $$;

alter table access_breakglass enable row level security;
create policy mine on access_breakglass for select to app, worker using (subject_id = (select access.caller()));
create policy privacy_officer on access_breakglass for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[])
    or from_place_id = any ((select access.places_as('privacy_officer'))::uuid[]));

alter table access_lookquestion enable row level security;
create policy concerned on access_lookquestion for select to app, worker using (exists (
    select from access_accessgrant g where g.person_id = access_lookquestion.person_id and g.purpose = 'own_record'
      and g.subject_id = (select access.caller()) and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
create policy privacy_officer on access_lookquestion for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[]));

alter table access_deskreview enable row level security;
create policy privacy_officer on access_deskreview for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[]));
create policy own_hand_insert on access_deskreview for insert to app with check (
    by_id = (select access.caller()) and place_id = any ((select access.places_as('privacy_officer'))::uuid[]));

-- Homes of staff are compared by a function and read by no serving role.
alter table access_staffhome enable row level security;

create trigger keep_history after update or delete on access_breakglass
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on access_lookquestion
    for each row execute function access.keep_history();

-- A privacy officer says what they found of broken glass; never the one who broke it. Returns the new version, or null
-- when somebody else reviewed it meanwhile.
create function access.review_glass(ask uuid, verdict text, verdict_words text, at timestamptz, expected_version integer)
returns integer volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare new_version integer;
begin
    if not exists (select from access_breakglass b where b.id = ask and b.subject_id <> access.caller()
        and (b.place_id = any (access.places_as('privacy_officer'))
          or b.from_place_id = any (access.places_as('privacy_officer')))) then
        raise exception 'Broken glass is reviewed by a privacy officer who did not break it.'
            using errcode = 'insufficient_privilege', constraint = 'glass_review_needs_officer';
    end if;
    update access_breakglass b set review = verdict, review_words = verdict_words, reviewed_by_id = access.caller(),
        reviewed_at = at, version = b.version + 1
    where b.id = ask and b.version = expected_version and b.review = ''
    returning b.version into new_version;
    return new_version;
end $$;

-- A person asks about a line of the log about them. The line must be there and be about them; it is asked about once.
create function access.ask_about_look(question uuid, person uuid, line bigint, question_words text, at timestamptz,
    due date) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from access_accessgrant g where g.person_id = person and g.purpose = 'own_record'
        and g.subject_id = access.caller() and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)) then
        raise exception 'Only the person concerned asks about a look at their record.'
            using errcode = 'insufficient_privilege', constraint = 'look_question_needs_own_record';
    end if;
    insert into access_lookquestion (id, person_id, place_id, line_id, line_at, words, asked_by_id, asked_at, due_on,
        outcome, answer, version)
    select question, person, coalesce(l.place_id, access.place_of(person)), l.id, l.at, question_words, access.caller(),
        ask_about_look.at, due, '', '', 1
    from access_logentry l where l.person_id = person and l.id = line and l.actor_id is distinct from access.caller();
    if not found then
        raise exception 'There is no such look.' using errcode = 'insufficient_privilege',
            constraint = 'look_question_needs_a_look';
    end if;
    return question;
end $$;

create function access.answer_look(question uuid, verdict text, answer_words text, at timestamptz,
    expected_version integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare new_version integer;
begin
    if not exists (select from access_lookquestion q join access_logentry l on l.id = q.line_id and l.at = q.line_at
        where q.id = question and q.place_id = any (access.places_as('privacy_officer'))
          and l.actor_id is distinct from access.caller()) then
        raise exception 'A privacy officer of the place answers, never the one who looked.'
            using errcode = 'insufficient_privilege', constraint = 'look_answer_needs_officer';
    end if;
    update access_lookquestion q set outcome = verdict, answer = answer_words, answered_by_id = access.caller(),
        answered_at = answer_look.at, version = q.version + 1
    where q.id = question and q.version = expected_version and q.outcome = ''
    returning q.version into new_version;
    return new_version;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.end_sight_of_case_manager(uuid) to app, worker;
grant execute on function access.review_glass(uuid, text, text, timestamptz, integer),
    access.ask_about_look(uuid, uuid, bigint, text, timestamptz, date),
    access.answer_look(uuid, text, text, timestamptz, integer) to app;
