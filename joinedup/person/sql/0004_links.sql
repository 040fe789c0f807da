-- Joining two records and taking that back. A link is a row; who is canonical is worked out from the links that are
-- live, the eldest key first, so that the order of joining and undoing leaves no trace. Nothing else is rewritten: every
-- row keeps the person it was written about, and reads follow `canonical_id`. Sight follows by copied grants.

select access.add_person_policies(t, c) from (values
    ('person_personlink', 'one_id'), ('person_notthesame', 'one_id')) v (t, c);
create policy granted_by_other on person_personlink for select to app, worker using (exists (
    select from access_accessgrant g where g.person_id = person_personlink.other_id
      and g.subject_id = any ((select access.subjects())::uuid[])
      and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
create policy granted_by_other on person_notthesame for select to app, worker using (exists (
    select from access_accessgrant g where g.person_id = person_notthesame.other_id
      and g.subject_id = any ((select access.subjects())::uuid[])
      and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));
create trigger keep_history after update or delete on person_personlink
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on person_notthesame
    for each row execute function access.keep_history();

-- Everybody who stands for the same person as this one: the canonical record and those that were linked into it.
create function access.whole_of(person uuid) returns uuid[] stable security definer begin atomic
    with lead as materialized (
        select coalesce(p.canonical_id, p.id) as id from public.person_person p where p.id = whole_of.person)
    select array_agg(w.id order by w.id) from (
        select l.id from lead l union select m.id from lead l join public.person_person m on m.canonical_id = l.id) w;
end;

-- A link that would bring together two of whom somebody said that they are not the same is refused, however it comes.
create function access.refuse_not_the_same() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if new.ended_at is null and exists (select from person_notthesame n where n.withdrawn_at is null
        and ((n.one_id = any (access.whole_of(new.one_id)) and n.other_id = any (access.whole_of(new.other_id)))
          or (n.other_id = any (access.whole_of(new.one_id)) and n.one_id = any (access.whole_of(new.other_id))))) then
        raise exception 'Somebody decided that these are two people.' using errcode = 'integrity_constraint_violation',
            constraint = 'not_the_same_binds';
    end if;
    return new;
end $$;
create trigger not_the_same_binds before insert or update of ended_at on person_personlink
    for each row execute function access.refuse_not_the_same();

-- Works out who is canonical among all whom live links reach from these people; returns everybody it looked at. A record
-- that comes to stand for itself again holds no NHS number until the caller's side has settled who holds which.
create function access.settle_canonical(people uuid[], at timestamptz) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    with recursive reach (start, person) as (
        select p, p from unnest(people) p
        union
        select r.start, case when l.one_id = r.person then l.other_id else l.one_id end
        from reach r join person_personlink l on l.ended_at is null and r.person in (l.one_id, l.other_id)
    ), lead as (
        select r.start, (array_agg(r.person order by r.person))[1] as person from reach r group by r.start
    )
    update person_person p set canonical_id = nullif(lead.person, p.id), updated_at = settle_canonical.at,
        nhs_number = case when lead.person = p.id and p.canonical_id is not null then '' else p.nhs_number end
    from lead where lead.start = p.id and p.canonical_id is distinct from nullif(lead.person, p.id);
end $$;

-- Which sight each of these people should have by way of the others of their whole: everything live that is not itself a
-- copy, for as long as the longest of it. Broken glass is not copied: it opens every record of a whole by itself.
create function access.wanted_sight(people uuid[])
returns table (subject uuid, person uuid, purpose text, ends timestamptz, source text)
stable security definer begin atomic
    select g.subject_id, m.id, g.purpose::text, nullif(max(coalesce(g.ends_at, 'infinity')), 'infinity'), coalesce((
        select 'link:' || l.id from public.person_personlink l where l.ended_at is null
          and (l.one_id = m.id or l.other_id = m.id) order by l.at, l.id limit 1), 'link:canonical')
    from (select distinct unnest(people)) m (id), unnest(access.whole_of(m.id)) p (id)
    join public.access_accessgrant g on g.person_id = p.id and g.source not like 'link:%'
        and g.purpose <> 'break_glass' and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)
    where p.id <> m.id group by g.subject_id, m.id, g.purpose;
end;

-- Copies the live grants of each record of a whole to its other records, and ends copies whose reason has gone. Run after
-- each link and unlink, and whenever a grant on somebody linked is given or ended.
create function access.share_sight(people uuid[]) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.person_id = any (people) and g.source like 'link:%' and (g.ends_at is null or g.ends_at > now())
      and not exists (select from access.wanted_sight(people) w where w.subject = g.subject_id
        and w.person = g.person_id and w.purpose = g.purpose);
    update access_accessgrant g set ends_at = w.ends, version = g.version + 1 from access.wanted_sight(people) w
    where w.subject = g.subject_id and w.person = g.person_id and w.purpose = g.purpose and g.source like 'link:%'
      and (g.ends_at is null or g.ends_at > now()) and g.ends_at is distinct from w.ends;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    select uuidv7(), w.subject, w.person, w.purpose, w.source, now(), w.ends, 1 from access.wanted_sight(people) w
    where not exists (select from access_accessgrant g where w.subject = g.subject_id and w.person = g.person_id
        and w.purpose = g.purpose and g.source like 'link:%' and (g.ends_at is null or g.ends_at > now()));
end $$;

create function access.share_changed_sight() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare concerned uuid[];
begin
    select array_agg(distinct m.id) into concerned from changed c join person_person p on p.id = c.person_id,
        unnest(access.whole_of(p.id)) m (id)
    where c.source not like 'link:%' and (p.canonical_id is not null
        or exists (select from person_person a where a.canonical_id = p.id));
    if concerned is not null then
        perform access.share_sight(concerned);
    end if;
    return null;
end $$;
create trigger share_sight_given after insert on access_accessgrant referencing new table as changed
    for each statement execute function access.share_changed_sight();
create trigger share_sight_ended after update on access_accessgrant referencing new table as changed
    for each statement execute function access.share_changed_sight();

-- Whether the caller may decide who is who: a role that decides, and sight of both; or a job that works on everybody.
create function access.may_decide(one uuid, other uuid) returns boolean stable security definer begin atomic
    select session_user in ('loader', 'linker') or (access.may_see(one) and access.may_see(other) and (
        access.places_as('coordinator') is not null or access.places_as('practitioner') is not null
        or access.places_as('case_manager') is not null or access.places_as('privacy_officer') is not null));
end;
create function access.must_decide(one uuid, other uuid) returns void language plpgsql as $$
begin
    if not coalesce(access.may_decide(one, other), false) then
        raise exception 'Only somebody who may see both records can decide about them.'
            using errcode = 'insufficient_privilege', constraint = 'link_needs_sight_of_both';
    end if;
    perform pg_advisory_xact_lock(7304412);  -- one change of links at a time: wholes are worked out from all of them
end $$;

create function access.link_people(link uuid, question uuid, one uuid, other uuid, how text, weight double precision,
    reason text, at timestamptz, before jsonb, before_digest text) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare people uuid[];
begin
    perform access.must_decide(one, other);
    people := access.whole_of(one) || access.whole_of(other);
    insert into person_personlink (id, one_id, other_id, item_id, how, weight, reason, by_id, at, changed_at, before,
        before_digest, after, after_digest, end_reason)
    values (link, least(one, other), greatest(one, other), question, link_people.how, link_people.weight,
        link_people.reason, access.caller(), link_people.at, now(), link_people.before, link_people.before_digest, '{}',
        '', '');
    perform access.settle_canonical(people, link_people.at);
    perform access.share_sight(people);
    -- Work that is open once at a time may now be open twice: somebody must sort that out.
    insert into person_workitem (id, kind, place_id, person_id, other_person_id, about, made_at)
    select uuidv7(), v.kind, p.place_id, p.id, greatest(one, other), 'link/' || link, link_people.at
    from person_person p, (values
        ('two_open_plans', (select count(*) from plan_plan where person_id = any (people) and state <> 'ended')),
        ('two_open_assessments', (select count(*) from assessment_assessment where person_id = any (people)
            and state = 'open'))) v (kind, found)
    where p.id = least(one, other) and v.found > 1;
end $$;

create function access.unlink_people(link uuid, reason text, at timestamptz) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held person_personlink; people uuid[];
begin
    select * into held from person_personlink l where l.id = link and l.ended_at is null;
    perform access.must_decide(held.one_id, held.other_id);
    people := access.whole_of(held.one_id);
    update person_personlink l set ended_at = unlink_people.at, ended_by_id = access.caller(),
        end_reason = unlink_people.reason, changed_at = now() where l.id = link;
    perform access.settle_canonical(people, unlink_people.at);
    perform access.share_sight(people);
end $$;

-- Remembers that two records are two people. Refused while a live link says otherwise: that has to be taken back first.
create function access.remember_not_the_same(one uuid, other uuid, reason text, at timestamptz) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.must_decide(one, other);
    if other = any (access.whole_of(one)) then
        raise exception 'These records are joined; take the link back first.'
            using errcode = 'integrity_constraint_violation', constraint = 'linked_people_are_the_same';
    end if;
    insert into person_notthesame (id, one_id, other_id, reason, by_id, at)
    values (uuidv7(), least(one, other), greatest(one, other), remember_not_the_same.reason, access.caller(),
        remember_not_the_same.at) on conflict do nothing;
end $$;

-- Puts down what a record shows, as the caller's side worked it out from everything told (joinedup/person/projection.py):
-- only of records whose link changed in this very transaction.
create function access.write_shown(people jsonb, at timestamptz) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare each jsonb; who uuid;
begin
    for each in select * from jsonb_array_elements(people) loop
        who := (each ->> 'id')::uuid;
        if not (access.may_see(who) and exists (select from person_personlink l where l.changed_at = now()
                and who = any (access.whole_of(l.one_id) || access.whole_of(l.other_id)))) then
            raise exception 'What a record shows is worked out from what was told.'
                using errcode = 'insufficient_privilege', constraint = 'shown_follows_a_link';
        end if;
        update person_person p set nhs_number = v.nhs_number, family = v.family, given = v.given, prefix = v.prefix,
            family_folded = v.family_folded, birth_date = v.birth_date, gender = v.gender, deceased = v.deceased,
            death_date = v.death_date, address = v.address, postcode = v.postcode, phone = v.phone,
            gp_practice_code = v.gp_practice_code, restricted = v.restricted,
            place_id = coalesce(v.place_id, p.place_id), updated_at = write_shown.at
        from jsonb_populate_record(null::person_person, each -> 'shown') v where p.id = who;
        delete from person_personname n where n.person_id = who and not exists (
            select from jsonb_populate_recordset(null::person_personname, each -> 'names') w
            where (w.family_folded, w.given_folded, w.family, w.given, w.use)
                = (n.family_folded, n.given_folded, n.family, n.given, n.use));
        insert into person_personname (id, person_id, family_folded, given_folded, family, given, use)
        select uuidv7(), who, w.family_folded, w.given_folded, w.family, w.given, w.use
        from jsonb_populate_recordset(null::person_personname, each -> 'names') w on conflict do nothing;
        delete from person_personidentifier i where i.person_id = who and not exists (
            select from jsonb_populate_recordset(null::person_personidentifier, each -> 'identifiers') w
            where (w.system, w.value, w.verified) = (i.system, i.value, i.verified));
        insert into person_personidentifier (id, person_id, system, value, verified)
        select uuidv7(), who, w.system, w.value, w.verified
        from jsonb_populate_recordset(null::person_personidentifier, each -> 'identifiers') w on conflict do nothing;
    end loop;
end $$;

-- A fingerprint of every row of a table that refers to a person, by a key that stays when the row is made again. For the
-- proof that undoing a link restores both: it gives fingerprints, never content, and only of tables that refer to people.
-- Copies of sight and the lines that linking itself writes are left out.
create function access.fingerprints(person uuid, of_table text, by_column text, key_columns text[], left_out text[])
returns jsonb stable security definer set search_path = pg_catalog, public, pg_temp set timezone = 'UTC'
language plpgsql as $$
declare found jsonb;
begin
    if not coalesce(session_user in ('loader', 'linker') or access.may_see(person), false) then
        raise exception 'Only somebody who may see a record can prove what stands in it.'
            using errcode = 'insufficient_privilege', constraint = 'proof_needs_sight';
    end if;
    if (of_table, by_column) <> ('person_person', 'id') and not exists (
            select from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
            where c.contype = 'f' and c.confrelid = 'public.person_person'::regclass
              and c.conrelid = to_regclass(format('public.%I', of_table)) and a.attname = by_column) then
        raise exception 'This table does not refer to people.' using errcode = 'insufficient_privilege',
            constraint = 'proof_of_people_only';
    end if;
    execute format($query$
        select coalesce(jsonb_object_agg((select string_agg(coalesce(held ->> k, ''), '|' order by n)
                from unnest($2) with ordinality u (k, n)),
            left(encode(sha256(convert_to((held - $3)::text, 'UTF8')), 'hex'), 24)), '{}')
        from (select to_jsonb(t) as held from public.%1$I t where t.%2$I = $1 %3$s) r$query$, of_table, by_column,
        case of_table when 'access_accessgrant' then 'and t.source not like ''link:%'''
            when 'person_timelineentry' then 'and t.source_key not like ''person.link/%''' else '' end)
    using person, key_columns, left_out into found;
    return found;
end $$;

create function access.keep_proof(link uuid, after jsonb, after_digest text) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update person_personlink l set after = keep_proof.after, after_digest = keep_proof.after_digest
    where l.id = link and l.ended_at is not null and l.changed_at = now() and l.after_digest = ''
      and access.may_decide(l.one_id, l.other_id);
    if not found then
        raise exception 'A proof is kept once, by the act that it proves.' using errcode = 'insufficient_privilege',
            constraint = 'proof_once';
    end if;
end $$;

-- Asks once what somebody must decide about two records; returns whether it is new.
create function access.ask_question(kind text, person uuid, other uuid, about text, weight double precision,
    at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.must_decide(person, other);
    insert into person_workitem (id, kind, place_id, person_id, other_person_id, about, weight, made_at)
    select uuidv7(), ask_question.kind, p.place_id, p.id, other, ask_question.about, ask_question.weight, ask_question.at
    from person_person p where p.id = person on conflict do nothing;
    return found;
end $$;

-- Decides a question or passes it on (decision ''): null when somebody else was first. Its person must be in the caller's
-- sight, or the caller must be its place's privacy officer, to whom alone hidden matches belong.
create function access.answer_question(question uuid, decision text, asked text, reason text, at timestamptz,
    expected integer) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare new_version integer;
begin
    if not exists (select from person_workitem w where w.id = question and (
            (w.kind <> 'hidden_match' and access.may_see(w.person_id))
            or w.place_id = any (coalesce(access.places_as('privacy_officer'), '{}')))) then
        raise exception 'This question is not yours to decide.' using errcode = 'insufficient_privilege',
            constraint = 'question_needs_sight';
    end if;
    update person_workitem w set reason = answer_question.reason, version = w.version + 1,
        decision = answer_question.decision,
        decided_by_id = case when answer_question.decision <> '' then access.caller() end,
        done_at = case when answer_question.decision <> '' then answer_question.at end,
        asked_of = case when answer_question.decision = '' then asked else w.asked_of end,
        asked_by_id = case when answer_question.decision = '' then access.caller() else w.asked_by_id end,
        asked_at = case when answer_question.decision = '' then answer_question.at else w.asked_at end
    where w.id = question and w.done_at is null and w.version = expected returning w.version into new_version;
    return new_version;
end $$;

-- A privacy officer opens both records of a question of their place for one hour, to decide it: by grants like anybody
-- else's, with a line of the log on each.
create function access.open_question(question uuid) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare given integer; who uuid;
begin
    if not exists (select from person_workitem w where w.id = question and w.done_at is null
            and w.place_id = any (coalesce(access.places_as('privacy_officer'), '{}'))) then
        raise exception 'Only the privacy officer of the place can open both records of a question.'
            using errcode = 'insufficient_privilege', constraint = 'question_is_for_privacy_officer';
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    select uuidv7(), access.caller(), v.person, 'privacy_review', 'question:' || question, now(), now() + interval '1 hour', 1
    from person_workitem w, unnest(array[w.person_id, w.other_person_id]) v (person)
    where w.id = question and v.person is not null and not access.may_see(v.person);
    get diagnostics given = row_count;
    for who in select v.person from person_workitem w, unnest(array[w.person_id, w.other_person_id]) v (person)
            where w.id = question and v.person is not null loop
        perform access.record('question.opened', 'done', who, question, null, 'privacy_review', null, '');
    end loop;
    return given;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.answer_question(uuid, text, text, text, timestamptz, integer),
    access.open_question(uuid), access.write_shown(jsonb, timestamptz), access.unlink_people(uuid, text, timestamptz),
    access.keep_proof(uuid, jsonb, text), access.remember_not_the_same(uuid, uuid, text, timestamptz) to app;
grant execute on function
    access.link_people(uuid, uuid, uuid, uuid, text, double precision, text, timestamptz, jsonb, text),
    access.fingerprints(uuid, text, text, text[], text[]),
    access.ask_question(text, uuid, uuid, text, double precision, timestamptz) to app, loader, linker;
