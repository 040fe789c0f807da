-- Tracing, and making a person on a call. Trace says whether somebody is held here, and how well they match: no content.
-- Restricted people are never traced. Opening a record needs a grant; a call about somebody is the reason for one.

create function access.person_trace(words text[], born date, at_postcode text, nhs text)
returns table (id uuid, matched text[], strength real)
stable security definer
set search_path = pg_catalog, public, pg_temp set pg_trgm.similarity_threshold = 0.42 language plpgsql as $$
begin
    if access.places_as('coordinator') is null then
        raise exception 'Tracing is for the front door.' using errcode = 'insufficient_privilege',
            constraint = 'trace_needs_front_door';
    end if;
    return query
    with found as (
        select i.person_id as person from person_personidentifier i
            where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
        union
        select n.person_id from unnest(words) w (word) join person_personname n on n.family_folded % w.word
            where born is not null or at_postcode <> ''
    )
    select p.id, array_remove(array[
            case when nhs <> '' and exists (select from person_personidentifier i where i.person_id = p.id
                and i.system = 'nhs-number' and i.value = nhs) then 'NHS number' end,
            case when exists (select from person_personname n, unnest(words) w (word)
                where n.person_id = p.id and n.family_folded % w.word) then 'name' end,
            case when born is not null and p.birth_date = born then 'date of birth' end,
            case when at_postcode <> '' and p.postcode = at_postcode then 'postcode' end], null),
        ((case when nhs <> '' then 0.5 else 0 end)
            + (case when born is not null and p.birth_date = born then 0.4 else 0 end)
            + (case when at_postcode <> '' and p.postcode = at_postcode then 0.3 else 0 end))::real
    from found f join person_person p on p.id = f.person
    where p.canonical_id is null and not p.restricted
      and (nhs <> '' or (born is not null and p.birth_date = born) or (at_postcode <> '' and p.postcode = at_postcode))
    order by 3 desc, p.id limit 10;
end $$;

-- A call about somebody who is held here gives the front door sight of them, for direct care, because of that call.
create function access.grant_for_call(person uuid, call uuid) returns uuid[]
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare given uuid[];
begin
    if access.places_as('coordinator') is null then
        raise exception 'Only the front door takes calls.' using errcode = 'insufficient_privilege',
            constraint = 'call_needs_front_door';
    end if;
    if exists (select from person_person p where p.id = person and p.restricted) and not exists (
        select from access_accessgrant g where g.person_id = person and g.subject_id = any (access.subjects())
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)) then
        raise exception 'This record is restricted.' using errcode = 'insufficient_privilege',
            constraint = 'restricted_record';
    end if;
    with made as (
        insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
        select uuidv7(), s.subject, person, 'direct_care', 'call:' || call, now(), 1
        from unnest(access.subjects()) s (subject)
        where not exists (select from access_accessgrant g where g.person_id = person and g.subject_id = s.subject
            and g.purpose = 'direct_care' and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
        returning id)
    select array_agg(id) into given from made;
    return coalesce(given, '{}');
end $$;

-- Makes a person from what a caller said. The call is a source like any other: its words are kept whole. Somebody hidden
-- who matches becomes a question for the privacy officer, and the call goes on.
create function access.person_from_call(person uuid, call uuid, place uuid, facts jsonb, family text, given text,
    family_key text, given_key text, born date, at_postcode text, phone text, gender text, nhs text) returns integer
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    teller uuid := (select s.body_id from access_subject s where s.id = access.caller());
    kept uuid := uuidv7();
    hidden integer;
begin
    if not place = any (coalesce(access.places_as('coordinator'), '{}')) or teller is null then
        raise exception 'Only the front door of this place makes people.' using errcode = 'insufficient_privilege',
            constraint = 'call_needs_front_door';
    end if;
    insert into person_person (id, place_id, nhs_number, family, given, prefix, family_folded, birth_date, gender,
        deceased, address, postcode, phone, gp_practice_code, restricted, updated_at)
    values (person, place, '', left(family, 120), left(given, 200), '', left(family_key, 120), born, gender, false, '',
        left(at_postcode, 12), left(person_from_call.phone, 60), '', false, now());
    insert into person_personname (id, person_id, family, given, family_folded, given_folded, use)
    values (uuidv7(), person, left(family, 120), left(given, 200), left(family_key, 120), left(given_key, 200), 'usual');
    if nhs <> '' then
        insert into person_personidentifier (id, person_id, system, value, verified)
        values (uuidv7(), person, 'nhs-number', nhs, false);
    end if;
    insert into person_sourcerecord (id, body_id, place_id, kind, local_id, subject, digest, load_id, file, row,
        received_at, told_at, arrival, person_id, state, says_who)
    values (kept, teller, place, 'call', call::text, 'call:' || person, encode(sha256(convert_to(call::text
        || facts::text, 'UTF8')), 'hex'), call, 'call', 1, now(), now(), nextval('access.arrival'), person, 'attached', true);
    insert into person_sourcecontent (record_id, person_id, raw, person_facts)
    values (kept, person, convert_to(facts::text, 'UTF8'), facts);
    insert into person_sourceidentity (id, body_id, subject, person_id, rule, linked_by_id, linked_at)
    values (uuidv7(), teller, 'call:' || person, person, 'told_on_a_call', access.caller(), now());
    perform access.grant_for_call(person, call);
    with matched as (
        insert into person_workitem (id, kind, place_id, person_id, other_person_id, made_at)
        select uuidv7(), 'hidden_match', place, person, p.id, now() from person_person p
        where p.id <> person and p.canonical_id is null and ((nhs <> '' and exists (select from person_personidentifier i
                where i.person_id = p.id and i.system = 'nhs-number' and i.value = nhs))
            or (born is not null and p.birth_date = born and p.family_folded = family_key))
          and not exists (select from access_accessgrant g where g.person_id = p.id
            and g.subject_id = any (access.subjects()) and now() >= g.starts_at
            and (g.ends_at is null or now() < g.ends_at))
        limit 5 returning 1)
    select count(*) into hidden from matched;
    return hidden;
end $$;

-- Hidden matches are for the privacy officer alone: whoever made the new person must not learn who was hidden.
drop policy granted on person_workitem;
create policy granted on person_workitem for select to app, worker using (kind <> 'hidden_match' and exists (
    select from access_accessgrant g where g.person_id = person_workitem.person_id
      and g.subject_id = any ((select access.subjects())::uuid[])
      and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)));

revoke execute on all functions in schema access from public;
grant execute on function access.person_trace(text[], date, text, text), access.grant_for_call(uuid, uuid),
    access.person_from_call(uuid, uuid, uuid, jsonb, text, text, text, text, date, text, text, text, text) to app;
