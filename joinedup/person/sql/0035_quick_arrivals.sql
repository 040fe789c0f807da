-- An arrival is compared within its own act, so whoever is worth comparing must come from indexes even where a million
-- people are held. What is found and decided stays as before (0022_kept_models.sql, 0010_forgiving_search.sql); why, in
-- docs/decisions/0084-an-arrival-is-compared-in-milliseconds.md.

select similarity('a', 'b');  -- loads pg_trgm, without which a plain owner may not write its settings below

-- Who lives somewhere and bears a name, from the index alone.
create index person_by_home on person_person (postcode, family_folded, given) where postcode <> '';

-- Whether two dates of birth may be one by a slip that families make: the same year, or day and month, also changed over.
create function access.births_near(one date, other date) returns boolean immutable parallel safe return
    extract(year from one) = extract(year from other)
    or (extract(month from one) = extract(month from other) and extract(day from one) = extract(day from other))
    or (extract(month from one) = extract(day from other) and extract(day from one) = extract(month from other));

-- As before, and: whoever was made on a call is met at their home too, though no body has told of it; and a postcode of
-- more than 400 people (no real one is, a generated place's are) says too little by itself, so that there the birth
-- must be near or the telephone the same.
create or replace function access.worth_comparing(people uuid[]) returns table (one uuid, other uuid)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare crowded constant integer := 400;
begin
    return query
    with asked as materialized (
        select p.* from person_person p
        where p.id = any (people) and p.canonical_id is null and not p.restricted and p.family_folded <> ''
    ), homes as materialized (
        select h.person, h.postcode, (select count(*) from (
                select from person_personpostcode c where c.postcode = h.postcode limit crowded + 1) c) <= crowded as small
        from (select a.id as person, a.postcode from asked a where a.postcode <> ''
            union select c.person_id, c.postcode from asked a join person_personpostcode c on c.person_id = a.id) h
    ), found as (
        select a.id as person, j.person_id as near from asked a
        join person_personidentifier i on i.person_id = a.id and i.system = 'nhs-number'
        join person_personidentifier j on j.value = i.value and j.system = 'nhs-number'
        union
        select a.id, p.id from asked a join person_person p on p.birth_date = a.birth_date
        where similarity(p.family_folded, a.family_folded) >= 0.3 or (a.postcode <> '' and p.postcode = a.postcode)
            or (a.phone <> '' and p.phone = a.phone)
        union
        select a.id, p.id from asked a join person_personname n on n.person_id = a.id and n.given_folded <> ''
        join person_personname m on m.family_folded = n.family_folded and m.given_folded = n.given_folded
        join person_person p on p.id = m.person_id
        where (a.postcode <> '' and p.postcode = a.postcode) or (a.phone <> '' and p.phone = a.phone)
            or access.births_near(p.birth_date, a.birth_date)
        union
        select a.id, p.id from homes h join asked a on a.id = h.person
        join person_person p on p.postcode = h.postcode and p.postcode <> '' and p.family_folded = a.family_folded
        where h.small or access.births_near(p.birth_date, a.birth_date) or (a.phone <> '' and p.phone = a.phone)
        union
        select a.id, p.id from homes h join asked a on a.id = h.person and a.given <> ''
        join person_person p on p.postcode = h.postcode and p.postcode <> '' and p.given = a.given
        where h.small or access.births_near(p.birth_date, a.birth_date) or (a.phone <> '' and p.phone = a.phone)
        union
        select a.id, p.id from homes h join asked a on a.id = h.person
        join person_personpostcode d on d.postcode = h.postcode join person_person p on p.id = d.person_id
        where h.small and (p.family_folded = a.family_folded or (a.given <> '' and p.given = a.given))
    )
    select distinct least(f.person, p.id), greatest(f.person, p.id) from found f join person_person p on p.id = f.near
    where p.id <> f.person and p.canonical_id is null and not p.restricted and p.family_folded <> '';
end $$;

-- As before, and where there are more than can be weighed at once, those with most in common first.
create or replace function access.worth_comparing_seen(person uuid) returns table (other uuid)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare who uuid[] := access.subjects();
begin
    if not coalesce(access.may_see(person), false) then
        return;
    end if;
    return query
    select p.id from (select case when w.one = worth_comparing_seen.person then w.other else w.one end as near
        from access.worth_comparing(array[worth_comparing_seen.person]) w) v
    join person_person p on p.id = v.near join person_person a on a.id = worth_comparing_seen.person
    where exists (select from access_accessgrant g where g.person_id = p.id and g.subject_id = any (who)
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
    order by exists (select from person_personidentifier i join person_personidentifier j on j.value = i.value
            where i.person_id = a.id and j.person_id = p.id and i.system = 'nhs-number' and j.system = 'nhs-number') desc,
        coalesce(p.birth_date = a.birth_date, false)::integer + (p.family_folded = a.family_folded)::integer
            + (a.given <> '' and p.given = a.given)::integer + (a.postcode <> '' and p.postcode = a.postcode)::integer
            + (a.phone <> '' and p.phone = a.phone)::integer desc, p.id
    limit 50;
end $$;

-- As before; sight and wholes are looked up once for each of the people, not for each pair.
create or replace function access.standing_of(ones uuid[], others uuid[])
returns table (n bigint, not_the_same boolean, doubted boolean, asked boolean)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    who uuid[] := access.subjects();
    everybody constant boolean := session_user in ('loader', 'linker');
begin
    return query
    with people as materialized (
        select p.id, access.whole_of(p.id) as whole from (select distinct unnest(ones || others)) p (id)
        where everybody or exists (select from access_accessgrant g where g.person_id = p.id and g.subject_id = any (who)
            and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
    )
    select v.n,
        exists (select from person_notthesame t where t.withdrawn_at is null
            and ((t.one_id = any (l.whole) and t.other_id = any (r.whole))
              or (t.one_id = any (r.whole) and t.other_id = any (l.whole)))),
        exists (select from person_notthesame t where t.withdrawn_at is not null
            and ((t.one_id = any (l.whole) and t.other_id = any (r.whole))
              or (t.one_id = any (r.whole) and t.other_id = any (l.whole))))
        or exists (select from person_personlink k where k.ended_at is not null
            and ((k.one_id = any (l.whole) and k.other_id = any (r.whole))
              or (k.one_id = any (r.whole) and k.other_id = any (l.whole)))),
        exists (select from person_workitem i where i.kind in ('nhs_number_other_birth_date', 'hidden_match',
                'nhs_number_in_two_records', 'likely_same')
            and ((i.person_id = any (l.whole) and i.other_person_id = any (r.whole))
              or (i.person_id = any (r.whole) and i.other_person_id = any (l.whole))))
    from unnest(ones, others) with ordinality v (one, other, n)
    join people l on l.id = v.one join people r on r.id = v.other order by v.n;
end $$;

-- The same answer as before (0010): likeness of names is looked up among the words that occur in names, never on people.
create or replace function access.people_matching(words text[], born date, at_postcode text, nhs text)
returns table (id uuid, restricted boolean, matched text[], strength real)
stable security definer set search_path = pg_catalog, public, pg_temp set pg_trgm.similarity_threshold = 0.42
language plpgsql as $$
declare
    dates date[] := case when extract(day from born) <= 12
        then array[born, make_date(extract(year from born)::int, extract(day from born)::int, extract(month from born)::int)]
        else array[born] end;
    alike text[] := array(
        select k.word from unnest(words) w (word) join person_nameword k on k.word % w.word where k.part = 'family'
        union select k.word from unnest(words) w (word)
            join person_nameword k on access.sounds(k.word) && access.sounds(w.word)
            where k.part = 'family' and access.nearly(k.word, w.word));
begin
    return query
    with found as (
        select i.person_id as person from person_personidentifier i
            where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
        union select p.id from person_person p where p.birth_date = any (dates)
        union select p.id from person_person p join person_personname n on n.person_id = p.id  -- a postcode needs a name
            where at_postcode <> '' and p.postcode = at_postcode and n.family_folded = any (alike)
        union select c.person_id from person_personpostcode c join person_personname n on n.person_id = c.person_id
            where at_postcode <> '' and c.postcode = at_postcode and n.family_folded = any (alike)
    ),
    fitting as (
        select p.id as person, p.restricted as hidden,
            nhs <> '' and exists (select from person_personidentifier i where i.person_id = p.id
                and i.system = 'nhs-number' and i.value = nhs) as by_number,
            exists (select from person_personname n
                where n.person_id = p.id and n.family_folded = any (alike)) as by_name,
            coalesce(p.birth_date = any (dates), false) as by_birth_date,
            at_postcode <> '' and (p.postcode = at_postcode or exists (
                select from person_personpostcode c where c.person_id = p.id and c.postcode = at_postcode)) as by_postcode
        from found f join person_person p on p.id = f.person where p.canonical_id is null
    )
    select f.person, f.hidden, array_remove(array[case when by_number then 'NHS number' end, case when by_name then 'name' end,
            case when by_birth_date then 'date of birth' end, case when by_postcode then 'postcode' end], null),
        (by_number::int + by_birth_date::int * 0.4 + by_name::int * 0.3 + by_postcode::int * 0.3)::real
    from fitting f where by_number or by_name::int + by_birth_date::int + by_postcode::int >= 2
    order by 4 desc, f.person;
end $$;

-- A fingerprint of every row that refers to these people, in every table of the plan, by one statement: what
-- access.fingerprints of 0004 gave for one person and one table, to the letter.
drop function access.fingerprints(uuid, text, text, text[], text[]);
create function access.fingerprints(people uuid[], plan jsonb) returns table (person uuid, name text, marks jsonb)
stable security definer set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' language plpgsql as $$
declare
    who uuid[] := access.subjects();
    seen boolean := session_user in ('loader', 'linker') or (select bool_and(exists (select from access_accessgrant g
        where g.person_id = p.id and g.subject_id = any (who) and now() >= g.starts_at
          and (g.ends_at is null or now() < g.ends_at))) from unnest(people) p (id));
    statement text;
begin
    if not coalesce(seen, false) then
        raise exception 'Only somebody who may see a record can prove what stands in it.'
            using errcode = 'insufficient_privilege', constraint = 'proof_needs_sight';
    end if;
    if exists (select from jsonb_to_recordset(plan) t (of_table text, by_column text)
            where (t.of_table, t.by_column) is distinct from ('person_person', 'id') and not exists (
                select from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
                where c.contype = 'f' and c.confrelid = 'public.person_person'::regclass
                  and c.conrelid = to_regclass(format('public.%I', t.of_table)) and a.attname = t.by_column)) then
        raise exception 'This table does not refer to people.' using errcode = 'insufficient_privilege',
            constraint = 'proof_of_people_only';
    end if;
    select string_agg(format($query$
        select r.person, %4$L::text, jsonb_object_agg((select string_agg(coalesce(held ->> k, ''), '|' order by n)
                from unnest(%5$L::text[]) with ordinality u (k, n)),
            left(encode(sha256(convert_to((held - %6$L::text[])::text, 'UTF8')), 'hex'), 24))
        from (select t.%2$I as person, to_jsonb(t) as held from public.%1$I t where t.%2$I = any ($1) %3$s) r
        group by r.person$query$, t.of_table, t.by_column,
        case t.of_table when 'access_accessgrant' then 'and t.source not like ''link:%'''
            when 'person_timelineentry' then 'and t.source_key not like ''person.link/%''' else '' end,
        t.name, t.key, t.left_out), ' union all ')
    into statement
    from jsonb_to_recordset(plan) t (name text, of_table text, by_column text, key text[], left_out text[]);
    return query execute statement using people;
end $$;

-- A family name with each given name of it, as one key: who bears both is then found by one look-up in an index, where
-- intersecting everybody of the one name with everybody of the other met tens of thousands at a million people.
create function access.together(family text, given text) returns text immutable strict parallel safe
return family || '|' || given;
create function access.names_together(family text, given text) returns text[] immutable strict parallel safe
set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return array(select access.together(family, g.word) from unnest(string_to_array(given, ' ')) g (word) where g.word <> '');
end $$;
create index person_personname_together on person_personname
    using gin (access.names_together(family_folded, given_folded)) with (fastupdate = off);

-- As before (0010), by that index.
create or replace function access.search_pool(who uuid[], nhs text, words text[], families text[], exact_families text[],
    givens text[], close_givens text[], born date[], birth_year integer, at_postcode text, at_district text, attempt integer)
returns uuid[] stable security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan language plpgsql as $$
declare
    few constant integer := 500;
    pool uuid[];
    more uuid[];
    wanted_family text;
    first_day date := make_date(birth_year, 1, 1);
    last_day date := make_date(birth_year, 12, 31);
begin
    if nhs <> '' then
        return array(select i.person_id from person_personidentifier i where i.system = 'nhs-number' and i.value = nhs);
    end if;
    pool := array(select g.person_id from access_accessgrant g where g.subject_id = any (who) and now() >= g.starts_at
        and (g.ends_at is null or now() < g.ends_at) limit few + 1);
    if cardinality(pool) <= few then
        return pool;
    elsif cardinality(born) > 0 then
        return array(select p.id from person_person p where p.birth_date = any (born));
    elsif at_postcode <> '' then
        return array(select p.id from person_person p where p.postcode = at_postcode and not p.restricted
            union select c.person_id from person_personpostcode c where c.postcode = at_postcode);
    elsif cardinality(words) = 0 then
        return array(select p.id from person_person p where split_part(p.postcode, ' ', 1) = at_district and p.postcode <> ''
            and not p.restricted and p.birth_date between first_day and last_day order by p.family_folded, p.given limit 400);
    end if;
    pool := '{}';
    if birth_year is not null and attempt = 1 then
        pool := array(select p.id from person_person p where p.family_folded = any (families)
            and p.birth_date between first_day and last_day limit 2000);
        if cardinality(pool) >= 5 then
            return pool;
        end if;
    end if;
    if cardinality(words) > 1 then
        return pool || array(select n.person_id from person_personname n
            where access.names_together(n.family_folded, n.given_folded) && array(select access.together(f.name, g.name)
                from unnest(case when attempt = 1 then exact_families else families end) f (name),
                    unnest(case when attempt = 1 then close_givens else givens end) g (name))
              and (birth_year is null or exists (select from person_person p where p.id = n.person_id
                    and p.birth_date between first_day and last_day))
            limit 2000);
    end if;
    -- One word: names best first, people of a name in the order of their first names, as long as the caller sees them.
    foreach wanted_family in array families loop
        exit when cardinality(pool) >= 60;
        more := array(select n.person_id from person_personname n where n.family_folded = wanted_family
            and (birth_year is null or exists (select from person_person p where p.id = n.person_id
                    and p.birth_date between first_day and last_day))
            and exists (select from access_accessgrant g where g.person_id = n.person_id and g.subject_id = any (who)
                    and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
            order by n.given_folded, n.person_id limit 60);
        pool := pool || more;
    end loop;
    if cardinality(pool) < 60 and cardinality(givens) > 0 then
        pool := pool || array(select n.person_id from person_personname n
            where string_to_array(n.given_folded, ' ') && close_givens
              and (birth_year is null or exists (select from person_person p where p.id = n.person_id
                    and p.birth_date between first_day and last_day))
              and exists (select from access_accessgrant g where g.person_id = n.person_id and g.subject_id = any (who)
                    and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
            limit 60);
    end if;
    return pool;
end $$;

-- Its plans fit every search (there is an index for each step), so it need not be planned anew each time.
alter function access.person_search(text, text[], text[], text[], text[], date[], integer, text, text, integer)
    set plan_cache_mode = force_generic_plan;

revoke execute on function access.births_near(date, date), access.together(text, text),
    access.names_together(text, text), access.fingerprints(uuid[], jsonb) from public;
grant execute on function access.fingerprints(uuid[], jsonb) to app, loader, linker;
grant execute on function access.together(text, text), access.names_together(text, text) to app, loader, linker, worker;
