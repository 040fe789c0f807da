-- Search passes through this one function: it uses its indexes, checks the caller's grants inside, and returns at most
-- 20 minimal rows. Under row security, operators that are not leakproof (%, LIKE) could not use an index. Names are
-- compared on folded keys made by joinedup.base.names.folded. The caller's side logs the search on a second connection
-- before the first row is read (joinedup/person/queries.py).
--
-- A common name has a thousand candidates, and looking up each one's person and grants would cost more than finding
-- them. So candidates come best first, and each is checked only until twenty are found that the caller may see. A date
-- of birth or postcode given beside a name must fit and therefore never changes the order.

select public.similarity('a', 'b');  -- loads pg_trgm, else a plain owner may not write the next SET clause
create function access.person_search(nhs text, words text[], born date, at_postcode text, most integer)
returns table (id uuid, family text, given text, prefix text, birth_date date, deceased boolean, restricted boolean,
    postcode text, nhs_number text, gender text, score real)
stable security definer
set search_path = pg_catalog, public, pg_temp set pg_trgm.similarity_threshold = 0.42 language plpgsql as $$
declare
    who uuid[] := access.subjects();
    wanted integer := least(greatest(most, 1), 20);
    candidate record;
    people uuid[] := '{}';
    scores double precision[] := '{}';
begin
    if who is null then
        raise exception 'Nobody has entered.' using errcode = 'insufficient_privilege', constraint = 'search_needs_caller';
    end if;
    -- The second attempt is made only where the first found nobody, because it costs more: a surname may be short, or
    -- typed so wrongly that little of it is left. Alone it must then be less alike; beside a first name, that leads to it.
    for attempt in 1 .. case when nhs = '' and cardinality(words) > 0 then 2 else 1 end loop
        exit when cardinality(people) > 0;
        if attempt = 2 and cardinality(words) = 1 then
            perform set_config('pg_trgm.similarity_threshold', '0.28', true);
        end if;
        for candidate in
            with found as (
                select i.person_id as person, 1.0::double precision as points, '' as by_family, '' as by_given
                    from person_personidentifier i where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
                union all
                select n.person_id, similarity(n.family_folded, w.word) * 0.6 + coalesce((
                        select max(greatest(similarity(n.given_folded, other), word_similarity(other, n.given_folded)))
                        from unnest(words) other where other <> w.word),
                        case when cardinality(words) = 1 then 1 else 0 end) * 0.4, n.family_folded, n.given_folded
                    from unnest(words) w (word) join person_personname n on n.family_folded % w.word
                    where nhs = '' and (attempt = 1 or cardinality(words) = 1)
                union all
                select n.person_id, similarity(n.given_folded, words[1]) * 0.5, n.family_folded, n.given_folded
                    from person_personname n
                    where nhs = '' and attempt = 1 and cardinality(words) = 1 and n.given_folded % words[1]
                union all
                select n.person_id, similarity(n.given_folded, g.word) * 0.4 + similarity(n.family_folded, f.word) * 0.6,
                        n.family_folded, n.given_folded
                    from unnest(words) g (word) join person_personname n on n.given_folded % g.word
                    join unnest(words) f (word) on f.word <> g.word and similarity(n.family_folded, f.word) >= 0.15
                    where nhs = '' and attempt = 2
                union all
                select p.id, 0.6, p.family_folded, p.given from person_person p
                    where nhs = '' and cardinality(words) = 0 and born is not null and p.birth_date = born
                union all
                select p.id, 0.6, p.family_folded, p.given from person_person p
                    where nhs = '' and cardinality(words) = 0 and born is null and at_postcode <> ''
                      and p.postcode = at_postcode and not p.restricted
            )
            select f.person, max(f.points) as points from found f group by f.person
            order by 2 desc, min(f.by_family), min(f.by_given), f.person
        loop
            if exists (select from person_person p where p.id = candidate.person and p.canonical_id is null
                    and (born is null or nhs <> '' or p.birth_date = born)
                    and (at_postcode = '' or nhs <> '' or (p.postcode = at_postcode and not p.restricted)))
                and exists (select from access_accessgrant g where g.person_id = candidate.person
                    and g.subject_id = any (who) and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
            then
                people := people || candidate.person;
                scores := scores || candidate.points;
                exit when cardinality(people) >= wanted;
            end if;
        end loop;
    end loop;
    return query
    select p.id, p.family::text, p.given::text, p.prefix::text, p.birth_date, p.deceased, p.restricted,
        case when p.restricted then '' else p.postcode::text end, p.nhs_number::text, p.gender::text,
        (c.points + case when born is not null and p.birth_date = born then 0.3 else 0 end
            + case when at_postcode <> '' and p.postcode = at_postcode and not p.restricted then 0.2 else 0 end)::real
    from unnest(people, scores) c (person, points) join person_person p on p.id = c.person
    order by 11 desc, p.family_folded, p.given, p.birth_date, p.id;
end $$;

revoke execute on function access.person_search(text, text[], date, text, integer) from public;
grant execute on function access.person_search(text, text[], date, text, integer) to app;
