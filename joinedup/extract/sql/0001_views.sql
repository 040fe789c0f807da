-- What may leave the record for counting: views of pseudonymised columns, read by the role `extractor` and nobody else.
-- They show rows only inside a transaction that has started a run, and every run has a key of its own: two extracts
-- cannot be joined person by person, and nobody who holds the files can work back. The key stays here.
--
-- Left out: people whose record is restricted, with all their rows. An extract leaves the protection of the row
-- policies, and a handful of people who must not be found could be known again by dates and place alone. So are single
-- events that their sender marked as sensitive. How many people were left out is said in the manifest.

create table access.extract_run (
    id uuid primary key default gen_random_uuid(),
    made_in xid8 not null default pg_current_xact_id(),
    run_at timestamptz not null,
    as_at date not null,
    key bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    constraint extract_one_run_a_transaction unique (made_in)
);

-- Starts a run: as the clock of the program stands, for a day of its calendar.
create function access.start_extract(run_at timestamptz, as_at date) returns uuid volatile security definer
begin atomic
    insert into access.extract_run (run_at, as_at) values (start_extract.run_at, start_extract.as_at) returning id;
end;

create function access.pseudonym(run_key bytea, thing uuid) returns text immutable
begin atomic
    select left(encode(sha256(run_key || sha256(run_key || uuid_send(thing))), 'hex'), 32);
end;

create function access.age_band(born date, on_day date) returns text immutable begin atomic
    select case when age is null then 'unknown' when age < 18 then '0-17' when age < 65 then '18-64'
        when age < 75 then '65-74' when age < 85 then '75-84' else '85+' end
    from (select extract(year from age(on_day, born))) a (age);
end;

-- The text under a label of a timeline entry's details.
create function access.detail_of(detail jsonb, label text) returns text immutable begin atomic
    select d ->> 1 from jsonb_array_elements(detail) d where d ->> 0 = label limit 1;
end;

create function access.day_of(words text) returns date immutable begin atomic
    select case when words ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and pg_input_is_valid(words, 'date') then words::date end;
end;

-- Whose week of care a journal came from. The step that posts knows and puts its own function of this name in the place
-- of this one, whichever of the two is made first; until then nobody stands behind a posting, and its money is hidden.
do $$
begin
    if to_regprocedure('access.person_behind(text, uuid)') is null then
        create function access.person_behind(source_kind text, source uuid) returns uuid stable security definer
        begin atomic
            select null::uuid;
        end;
    end if;
end $$;

-- Each person of the run under their pseudonym; a linked person counts as the one they are.
create view access.extract_subject as
    select p.id as person_id, c.id = p.id as is_whole, access.pseudonym(r.key, c.id) as pseudonym, l.code as place,
        c.gender as sex, c.birth_date, not c.deceased as alive, r.key, r.as_at, r.run_at
    from access.extract_run r cross join person_person p
    join person_person c on c.id = coalesce(p.canonical_id, p.id)
    join places_place l on l.id = c.place_id
    where r.made_in = pg_current_xact_id_if_assigned() and not c.restricted and not p.restricted;

create view extract_person as
    select s.pseudonym, s.place, s.sex::text, access.age_band(s.birth_date, s.as_at) as age_band, s.alive
    from access.extract_subject s where s.is_whole;

-- Hospital stays and emergency attendances. `how` is 'not_sent' where the hospital does not say how somebody came in.
create view extract_stay as
    select s.pseudonym, s.place, s.sex::text, access.age_band(s.birth_date, t.starts_on) as age_band, t.kind::text,
        case when m.words is null then 'not_sent' when m.words ilike 'emergency admission%' then 'emergency'
            else 'other' end as how,
        t.starts_on, t.ends_on, access.day_of(access.detail_of(t.detail, 'Ready to leave')) as ready_on
    from access.extract_subject s join person_timelineentry t on t.person_id = s.person_id
    cross join lateral (select access.detail_of(t.detail, 'Admission method')) m (words)
    where t.kind in ('admission', 'attendance') and t.sensitivity = 'ordinary' and t.starts_on <= s.as_at;

create view extract_request as
    select s.pseudonym, s.place, s.sex::text,
        access.age_band(s.birth_date, (q.clock_started_at at time zone 'Europe/London')::date) as age_band,
        q.urgency::text, q.state::text, (q.clock_started_at at time zone 'Europe/London')::date as first_contact_on,
        q.first_service_on
    from access.extract_subject s join door_request q on q.person_id = s.person_id;

-- Plans that were agreed, and whether somebody was named and in post at the instant of the run.
create view extract_plan as
    select access.pseudonym(s.key, n.id) as plan, s.pseudonym, s.place, access.age_band(s.birth_date, s.as_at) as age_band,
        n.state::text, (n.agreed_at at time zone 'Europe/London')::date as agreed_on,
        (n.ended_at at time zone 'Europe/London')::date as ended_on,
        exists (select from plan_casemanager m where m.plan_id = n.id and m.starts_at <= s.run_at
            and (m.ends_at is null or m.ends_at > s.run_at)) as manager_named
    from access.extract_subject s join plan_plan n on n.person_id = s.person_id where n.agreed_at is not null;

-- Services that a council reported, with their weekly cost where it was sent: care outside the pooled funds.
create view extract_service as
    select s.pseudonym, s.place, access.age_band(s.birth_date, s.as_at) as age_band, t.starts_on, t.ends_on,
        t.amount_pence as weekly_pence
    from access.extract_subject s join person_timelineentry t on t.person_id = s.person_id
    where t.kind = 'service' and t.record_id is not null and t.sensitivity = 'ordinary' and t.starts_on <= s.as_at;

-- Postings of the pooled funds; `pseudonym` is empty where nobody stands behind one, or their record is restricted.
create view extract_posting as
    select f.code::text as fund, l.code::text as place, split_part(a.code, ':', 1) as purpose, a.kind::text,
        case when a.partner_id is null then 'people' else h.side::text end as side, p.dated_on, p.amount_pence,
        s.pseudonym
    from access.extract_run r cross join ledger_posting p
    join ledger_journal j on j.id = p.journal_id join ledger_account a on a.id = p.account_id
    join ledger_fund f on f.id = p.fund_id join places_place l on l.id = f.place_id
    left join ledger_fundpartner h on h.id = a.partner_id
    left join access.extract_subject s on s.person_id = access.person_behind(j.source_kind, j.source_id)
    where r.made_in = pg_current_xact_id_if_assigned() and p.dated_on <= r.as_at;

create view extract_left_out as
    select count(*) as restricted_people from access.extract_run r cross join person_person p
    where r.made_in = pg_current_xact_id_if_assigned() and p.canonical_id is null and p.restricted;

-- From a row back to a person: only for people whom the caller may see anyway, so it tells nobody anything new.
create function access.people_behind(run uuid, pseudonyms text[]) returns table (pseudonym text, person uuid)
stable security definer begin atomic
    select x.pseudonym, g.person_id
    from (select distinct a.person_id from public.access_accessgrant a
        where a.subject_id = any (access.subjects()) and now() >= a.starts_at
          and (a.ends_at is null or now() < a.ends_at)) g
    cross join lateral (select access.pseudonym(r.key, g.person_id) from access.extract_run r
        where r.id = people_behind.run) x (pseudonym)
    where x.pseudonym = any (pseudonyms);
end;

revoke execute on all functions in schema access from public;
grant execute on function access.start_extract(timestamptz, date), access.pseudonym(bytea, uuid),
    access.age_band(date, date), access.detail_of(jsonb, text), access.day_of(text),
    access.person_behind(text, uuid) to extractor;
grant execute on function access.people_behind(uuid, text[]) to app;
