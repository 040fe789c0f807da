-- As before (0020_watching.sql), and the cost grows with the looks and no longer with their square: what covered a look
-- is found once for each, and the places of the reader are asked for once.
create or replace function access.unusual_looks(since timestamptz, until timestamptz, most_opened integer, most_refused integer)
returns table (kind text, item text, place uuid, line bigint, at timestamptz, actor uuid, person uuid, number bigint)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
#variable_conflict use_column
declare here uuid[] := access.places_as('privacy_officer');
begin
    return query
    with looked as materialized (
        select l.id, l.at, l.actor_id, l.person_id, l.place_id, l.act, l.reason,
            (l.at at time zone 'Europe/London')::date as on_day
        from access_logentry l
        where l.at >= since and l.at < until and l.actor_id is not null and l.person_id is not null
          and l.place_id = any (here) and l.act in ('record.opened', 'page.refused', 'agreement.missing')
          and l.reason not like 'own_record%' and l.reason not like 'proxy%'
    ),
    opened as (
        select distinct on (l.actor_id, l.person_id, l.on_day) l.* from looked l where l.act = 'record.opened'
        order by l.actor_id, l.person_id, l.on_day, l.at
    ),
    covering as materialized (
        select o.*, exists (
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
        select case when c.covered then 'sight_ended' else 'no_relationship' end, c.id, c.at, c.actor_id, c.person_id,
            c.place_id, null, ''
        from covering c where not c.covered or (not c.still and c.reason not like 'break_glass%')
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
