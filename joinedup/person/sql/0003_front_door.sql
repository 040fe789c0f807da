-- Tracing, and making a person on a call. Trace says whether somebody is held here whom the caller may not see, and by
-- what they match: no content, and nothing of restricted people. A call about somebody is the reason to see them: the
-- door (joinedup/door/sql) refuses at commit a sight that was given for a call that nobody took.

-- Everybody whom these words fit: by NHS number, or by two of name, date of birth and postcode, for a name alone fits
-- hundreds. It begins from number, date and postcode, each of which has an index. For the functions below alone.
create function access.people_matching(words text[], born date, at_postcode text, nhs text)
returns table (id uuid, restricted boolean, matched text[], strength real)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return query
    with found as (
        select i.person_id as person from person_personidentifier i
            where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
        union select p.id from person_person p where p.birth_date = born
        union select p.id from person_person p where at_postcode <> '' and p.postcode = at_postcode
    ),
    fitting as (
        select p.id as person, p.restricted as hidden,
            nhs <> '' and exists (select from person_personidentifier i where i.person_id = p.id
                and i.system = 'nhs-number' and i.value = nhs) as by_number,
            exists (select from person_personname n, unnest(words) w (word) where n.person_id = p.id
                and similarity(n.family_folded, w.word) >= 0.42) as by_name,
            coalesce(p.birth_date = born, false) as by_birth_date,
            at_postcode <> '' and p.postcode = at_postcode as by_postcode
        from found f join person_person p on p.id = f.person where p.canonical_id is null
    )
    select f.person, f.hidden, array_remove(array[case when by_number then 'NHS number' end, case when by_name then 'name' end,
            case when by_birth_date then 'date of birth' end, case when by_postcode then 'postcode' end], null),
        (by_number::int + by_birth_date::int * 0.4 + by_name::int * 0.3 + by_postcode::int * 0.3)::real
    from fitting f where by_number or by_name::int + by_birth_date::int + by_postcode::int >= 2
    order by 4 desc, f.person;
end $$;

-- Whether the caller may see a person at this moment, for functions that read past row security.
create function access.may_see(person uuid) returns boolean stable security definer begin atomic
    select exists (select from public.access_accessgrant g where g.person_id = person
        and g.subject_id = any (access.subjects())
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
end;

create function access.person_trace(words text[], born date, at_postcode text, nhs text)
returns table (id uuid, matched text[], strength real)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if access.places_as('coordinator') is null then
        raise exception 'Tracing is for the front door.' using errcode = 'insufficient_privilege',
            constraint = 'trace_needs_front_door';
    end if;
    return query
    select m.id, m.matched, m.strength from access.people_matching(words, born, at_postcode, nhs) m
    where not m.restricted and not access.may_see(m.id) order by 3 desc, 1 limit 10;
end $$;

-- A call about somebody who is held here gives the front door sight of them, for direct care, because of that call, and
-- is a line of the log. Of a restricted person nobody gains sight: a call is taken only by those who see them already.
-- Somebody who is not held here is refused in the same words, so that the refusal tells nothing.
create function access.grant_for_call(person uuid, call uuid) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare given integer;
begin
    if access.places_as('coordinator') is null then
        raise exception 'Only the front door takes calls.' using errcode = 'insufficient_privilege',
            constraint = 'call_needs_front_door';
    end if;
    if not exists (select from person_person p where p.id = person and p.canonical_id is null and not p.restricted) then
        if access.may_see(person) then
            return;
        end if;
        raise exception 'No call can be taken about this record.' using errcode = 'insufficient_privilege',
            constraint = 'no_call_about_this_record';
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
    select uuidv7(), s.subject, person, 'direct_care', 'call:' || call, now(), 1
    from unnest(access.subjects()) s (subject)
    where not exists (select from access_accessgrant g where g.person_id = person and g.subject_id = s.subject
        and g.purpose = 'direct_care' and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
    get diagnostics given = row_count;
    if given > 0 then
        perform access.record('call.gave_sight', 'done', person, call, null, 'direct_care', given, '');
    end if;
end $$;

-- Makes a person from what a caller said. The call is a source like any other: its words are kept whole. Whoever fits
-- and may not be seen becomes a question for the privacy officer; whoever made the new person learns nothing of it.
create function access.person_from_call(person uuid, call uuid, place uuid, told timestamptz, facts jsonb, family text,
    given text, family_key text, given_key text, born date, at_postcode text, phone text, nhs text) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    teller uuid := (select s.body_id from access_subject s where s.id = access.caller());
    kept uuid := uuidv7();
begin
    if not place = any (coalesce(access.places_as('coordinator'), '{}')) or teller is null then
        raise exception 'Only the front door of this place makes people.' using errcode = 'insufficient_privilege',
            constraint = 'call_needs_front_door';
    end if;
    insert into person_person (id, place_id, nhs_number, family, given, prefix, family_folded, birth_date, gender,
        deceased, address, postcode, phone, gp_practice_code, restricted, updated_at)
    values (person, place, '', left(family, 120), left(given, 200), '', left(family_key, 120), born, 'unknown', false, '',
        left(at_postcode, 12), left(person_from_call.phone, 60), '', false, told);
    insert into person_personname (id, person_id, family, given, family_folded, given_folded, use)
    values (uuidv7(), person, left(family, 120), left(given, 200), left(family_key, 120), left(given_key, 200), 'usual');
    if nhs <> '' then
        insert into person_personidentifier (id, person_id, system, value, verified)
        values (uuidv7(), person, 'nhs-number', nhs, false);
    end if;
    insert into person_sourcerecord (id, body_id, place_id, kind, local_id, subject, digest, load_id, file, row,
        received_at, told_at, arrival, person_id, state, says_who)
    values (kept, teller, place, 'call', call::text, 'call:' || person, encode(sha256(convert_to(call::text
        || facts::text, 'UTF8')), 'hex'), call, 'call', 1, told, told, nextval('access.arrival'), person, 'attached', true);
    insert into person_sourcecontent (record_id, person_id, raw, person_facts)
    values (kept, person, convert_to(facts::text, 'UTF8'), facts);
    insert into person_sourceidentity (id, body_id, subject, person_id, rule, linked_by_id, linked_at)
    values (uuidv7(), teller, 'call:' || person, person, 'told_on_a_call', access.caller(), told);
    insert into person_workitem (id, kind, place_id, person_id, other_person_id, made_at)
    select uuidv7(), 'hidden_match', place, person, m.id, told
    from access.people_matching(array[family_key], born, at_postcode, nhs) m
    where m.id <> person and not access.may_see(m.id) order by m.strength desc, m.id limit 5;
    perform access.grant_for_call(person, call);
end $$;

-- Hidden matches are for the privacy officer alone: whoever made the new person must not learn who was hidden.
drop policy granted on person_workitem;
create policy granted on person_workitem for select to app, worker using (kind <> 'hidden_match' and exists (
    select from access_accessgrant g where g.person_id = person_workitem.person_id
      and g.subject_id = any ((select access.subjects())::uuid[])
      and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));

revoke execute on all functions in schema access from public;
grant execute on function access.person_trace(text[], date, text, text), access.grant_for_call(uuid, uuid),
    access.person_from_call(uuid, uuid, uuid, timestamptz, jsonb, text, text, text, text, date, text, text, text) to app;
