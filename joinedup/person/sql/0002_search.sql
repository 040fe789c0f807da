-- Search passes through this one function: it uses its indexes, joins the caller's grants inside, and returns at most
-- 20 minimal rows. Under row security, operators that are not leakproof (%, LIKE) could not use an index. Names are
-- compared on folded keys made by joinedup.base.names.folded. The caller's side logs the search on a second connection
-- before the first row is read (joinedup/person/queries.py).

select public.similarity('a', 'b');  -- loads pg_trgm, else a plain owner may not write the next SET clause
create function access.person_search(nhs text, words text[], born date, at_postcode text, most integer)
returns table (id uuid, family text, given text, prefix text, birth_date date, deceased boolean, restricted boolean,
    postcode text, nhs_number text, gender text, score real)
stable security definer
set search_path = pg_catalog, public, pg_temp set pg_trgm.similarity_threshold = 0.42 language plpgsql as $$
declare
    who uuid[] := access.subjects();
begin
    if who is null then
        raise exception 'Nobody has entered.' using errcode = 'insufficient_privilege', constraint = 'search_needs_caller';
    end if;
    return query
    with found as (
        select i.person_id as person, 1.0 as points from person_personidentifier i
            where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
        union all
        select n.person_id, max(similarity(n.family_folded, w.word)) * 0.6 + coalesce(max((
                select max(greatest(similarity(n.given_folded, other), word_similarity(other, n.given_folded)))
                from unnest(words) other where other <> w.word)), case when cardinality(words) = 1 then 1 else 0 end)
                * 0.4
            from unnest(words) w (word) join person_personname n on n.family_folded % w.word
            where nhs = '' group by n.person_id
        union all
        select n.person_id, max(similarity(n.given_folded, words[1])) * 0.5
            from person_personname n
            where nhs = '' and cardinality(words) = 1 and n.given_folded % words[1] group by n.person_id
        union all
        select p.id, 0.6 from person_person p
            where nhs = '' and cardinality(words) = 0 and born is not null and p.birth_date = born
        union all
        select p.id, 0.6 from person_person p
            where nhs = '' and cardinality(words) = 0 and born is null and at_postcode <> ''
              and p.postcode = at_postcode and not p.restricted
    ), best as (
        select f.person, max(f.points) as points from found f group by f.person
    )
    select p.id, p.family::text, p.given::text, p.prefix::text, p.birth_date, p.deceased, p.restricted,
        case when p.restricted then '' else p.postcode::text end, p.nhs_number::text, p.gender::text,
        (b.points + case when born is not null and p.birth_date = born then 0.3 else 0 end
            + case when at_postcode <> '' and p.postcode = at_postcode and not p.restricted then 0.2 else 0 end)::real
    from best b join person_person p on p.id = b.person
    where p.canonical_id is null
      and (born is null or nhs <> '' or p.birth_date = born)
      and (at_postcode = '' or nhs <> '' or (p.postcode = at_postcode and not p.restricted))
      and exists (select from access_accessgrant g where g.person_id = p.id and g.subject_id = any (who)
            and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
    order by 11 desc, p.family_folded, p.given, p.birth_date, p.id
    limit least(greatest(most, 1), 20);
end $$;

revoke execute on function access.person_search(text, text[], date, text, integer) from public;
grant execute on function access.person_search(text, text[], date, text, integer) to app;
