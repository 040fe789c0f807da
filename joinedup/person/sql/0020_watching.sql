-- Breaking the glass, and what a privacy officer should look at. Who may break it, of whom, for how long and with which
-- reason is decided here, whatever Python says.

alter table access_breakglass add constraint glass_of_a_person foreign key (person_id)
    references person_person (id) deferrable initially immediate;
alter table access_lookquestion add constraint look_question_of_a_person foreign key (person_id)
    references person_person (id) deferrable initially immediate;

-- Asks for sight of whoever these words fit, by somebody who cares for people: of one person whom a trace would show,
-- or whose NHS number and date of birth are both given. Nothing of the person comes back: 'found', 'seen' (open
-- already), 'nobody', 'several' or 'same_reason'. Whoever calls this commits before breaking the glass.
create function access.ask_glass(words text[], born date, at_postcode text, nhs text, glass_reason text, why text,
    request text) returns table (outcome text, ask uuid)
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    who uuid := access.caller();
    here uuid := (array_cat(array_cat(access.places_as('coordinator'), access.places_as('practitioner')),
        access.places_as('case_manager')))[1];
    fitting uuid[];
    exact uuid[];
begin
    if here is null then
        raise exception 'Only those who care for people break the glass.' using errcode = 'insufficient_privilege',
            constraint = 'glass_needs_care_role';
    end if;
    select array_agg(m.id), array_agg(m.id) filter (where m.matched @> array['NHS number', 'date of birth'])
    into fitting, exact
    from access.people_matching(words, born, at_postcode, nhs) m
    where not m.restricted or m.matched @> array['NHS number', 'date of birth'];
    if cardinality(exact) = 1 then
        fitting := exact;
    end if;
    outcome := case when fitting is null then 'nobody' when cardinality(fitting) > 1 then 'several'
        when access.may_see(fitting[1]) then 'seen'
        when exists (select from access_breakglass b where b.subject_id = who and b.person_id = fitting[1]
            and b.opened_at is not null and lower(regexp_replace(btrim(b.words), '\s+', ' ', 'g'))
                = lower(regexp_replace(btrim(why), '\s+', ' ', 'g'))) then 'same_reason'
        else 'found' end;
    if outcome <> 'found' then
        perform access.record('glass.asked', 'refused', null, null, here, 'glass-' || replace(outcome, '_', '-'), null,
            request);
        return next;
        return;
    end if;
    ask := uuidv7();
    insert into access_breakglass (id, subject_id, person_id, place_id, from_place_id, reason, words, asked_at, asked_in,
        review, review_words, version)
    values (ask, who, fitting[1], access.place_of(fitting[1]), here, glass_reason, btrim(why), now(),
        pg_current_xact_id()::text::bigint, '', '', 1);
    perform access.record('glass.asked', 'done', fitting[1], ask, null, glass_reason, null, request);
    return next;
end $$;

-- Breaks the glass that was asked for in an earlier, committed transaction: sight of one person, linked records
-- included, for an hour at most. Returns the person.
create function access.open_glass(wanted uuid, for_minutes integer, request text) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    held access_breakglass;
    ends timestamptz := now() + least(greatest(for_minutes, 1), 60) * interval '1 minute';
begin
    select * into held from access_breakglass b
    where b.id = wanted and b.subject_id = access.caller() and b.opened_at is null for update;
    if held.id is null or held.asked_in = pg_current_xact_id()::text::bigint
        or held.asked_at < now() - interval '5 minutes' or access.subjects() is null then
        raise exception 'The glass is broken once, by whoever has just asked for it, and on record first.'
            using errcode = 'insufficient_privilege', constraint = 'glass_is_asked_for_first';
    end if;
    update access_breakglass b set opened_at = now(), ends_at = ends where b.id = wanted;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    select uuidv7(), held.subject_id, p.id, 'break_glass', 'glass:' || wanted, now(), ends, 1
    from person_person p where p.id = held.person_id or p.canonical_id = held.person_id;
    perform access.record('glass.broken', 'done', held.person_id, wanted, null, held.reason, null, request);
    return held.person_id;
end $$;

-- Sight behind broken glass needs its asking, of that person, by that subject, for that time.
create function access.check_glass_grant() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if new.purpose = 'break_glass' and session_user <> 'linker' and not exists (
        select from access_breakglass b join person_person p on p.id = new.person_id
        where 'glass:' || b.id = new.source and b.subject_id = new.subject_id and b.ends_at >= new.ends_at
          and b.person_id in (p.id, p.canonical_id)) then
        raise exception 'Broken glass needs its reason on record.'
            using errcode = 'insufficient_privilege', constraint = 'glass_grant_has_a_reason';
    end if;
    return null;
end $$;
create constraint trigger glass_grant_has_a_reason after insert or update on access_accessgrant
    deferrable initially deferred for each row when (new.purpose = 'break_glass')
    execute function access.check_glass_grant();

-- What of the log of the caller's places, as their privacy officer, deserves a second look between two instants: the
-- kind, a key that stays the same, the line, who, whose record, and how many (of a day) where it is about number.
-- It reads past row security and returns keys only.
create function access.unusual_looks(since timestamptz, until timestamptz, most_opened integer, most_refused integer)
returns table (kind text, item text, place uuid, line bigint, at timestamptz, actor uuid, person uuid, number bigint)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    return query
    with looked as materialized (
        select l.id, l.at, l.actor_id, l.person_id, l.place_id, l.act, l.reason,
            (l.at at time zone 'Europe/London')::date as on_day
        from access_logentry l
        where l.at >= since and l.at < until and l.actor_id is not null and l.person_id is not null
          and l.place_id = any (access.places_as('privacy_officer')) and l.act in ('record.opened', 'page.refused', 'agreement.missing')
          and l.reason not like 'own_record%' and l.reason not like 'proxy%'
    ),
    opened as (
        select distinct on (l.actor_id, l.person_id, l.on_day) l.* from looked l where l.act = 'record.opened'
        order by l.actor_id, l.person_id, l.on_day, l.at
    ),
    covering as (
        select o.id, exists (
                select from access_accessgrant g where g.person_id = o.person_id and o.at >= g.starts_at
                  and (g.ends_at is null or o.at < g.ends_at)
                  and (g.subject_id = o.actor_id
                    or exists (select from access_teammembership m where m.team_id = g.subject_id
                        and m.member_id = o.actor_id and o.at >= m.starts_at and (m.ends_at is null or o.at < m.ends_at))
                    or exists (select from access_officeseat f where f.office_id = g.subject_id
                        and f.member_id = o.actor_id))) as covered,
            exists (
                select from access_accessgrant g where g.person_id = o.person_id and now() >= g.starts_at
                  and (g.ends_at is null or now() < g.ends_at)
                  and (g.subject_id = o.actor_id
                    or exists (select from access_teammembership m where m.team_id = g.subject_id
                        and m.member_id = o.actor_id and now() >= m.starts_at and (m.ends_at is null or now() < m.ends_at))
                    or exists (select from access_officeseat f where f.office_id = g.subject_id
                        and f.member_id = o.actor_id))) as still
        from opened o
    ),
    found as (
        select 'own_name' as kind, o.id as line, o.at, o.actor_id, o.person_id, o.place_id, null::bigint as number, '' as day
        from opened o join access_subject s on s.id = o.actor_id join person_person p on p.id = o.person_id
        left join access_staffhome h on h.subject_id = s.id
        where p.family_folded <> '' and (p.family_folded = h.family_folded or (coalesce(h.family_folded, '') = ''
            and p.family_folded = lower(regexp_replace(s.label, '^.*\s', ''))))
        union all
        select 'own_street', o.id, o.at, o.actor_id, o.person_id, o.place_id, null, ''
        from opened o join access_staffhome h on h.subject_id = o.actor_id join person_person p on p.id = o.person_id
        where h.postcode <> '' and p.postcode = h.postcode
        union all
        select case when c.covered then 'sight_ended' else 'no_relationship' end, o.id, o.at, o.actor_id, o.person_id,
            o.place_id, null, ''
        from opened o join covering c on c.id = o.id
        where not c.covered or (not c.still and o.reason not like 'break_glass%')
        union all
        select 'no_agreement', min(l.id), min(l.at), l.actor_id, l.person_id, (array_agg(l.place_id order by l.id))[1],
            null, ''
        from looked l where l.act = 'agreement.missing' group by l.actor_id, l.person_id, l.on_day
        union all
        select case l.act when 'record.opened' then 'volume' else 'refused' end, max(l.id), max(l.at), l.actor_id, null,
            (array_agg(l.place_id order by l.id))[1], count(distinct l.person_id), l.on_day::text
        from looked l where l.act in ('record.opened', 'page.refused') group by l.act, l.actor_id, l.on_day
        having count(distinct l.person_id) > case l.act when 'record.opened' then most_opened else most_refused end
    )
    select f.kind, f.kind || ':' || case when f.day = '' then f.line::text else f.actor_id || ':' || f.day end, f.place_id,
        f.line, f.at, f.actor_id, f.person_id, f.number
    from found f order by f.at desc, f.line desc, f.kind;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.ask_glass(text[], date, text, text, text, text, text),
    access.open_glass(uuid, integer, text),
    access.unusual_looks(timestamptz, timestamptz, integer, integer) to app;
