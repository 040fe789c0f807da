-- Search that forgives: nicknames, sounds, former names and postcodes, day and month changed about, a year or a postcode
-- district instead of the whole. It replaces access.person_search (0002) and what tracing compares (0003); it stays the
-- one definer function that staff search through, returns at most 20 minimal rows and joins the caller's grants inside.
--
-- Why it is quick at a million people: names are compared on the distinct words that occur in names (person_nameword,
-- tens of thousands), never on people; whoever holds few grants has only those people compared; and everybody else's
-- candidates come from an index, best first, each checked only until enough are found that the caller may see.

-- How a name sounds (Daitch-Mokotoff); what holds digits is no name that anybody says.
create function access.sounds(name text) returns text[] immutable strict parallel safe
set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return case when name ~ '[0-9]' then null else daitch_mokotoff(name) end;
end $$;

-- Codes of sounds are coarse (Janet has the code of Smith): at least half of the letters must stand, too.
create function access.nearly(one text, other text) returns boolean immutable strict parallel safe
set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return levenshtein(left(one, 60), left(other, 60)) * 2 <= greatest(length(one), length(other));
end $$;

create index person_nameword_like on person_nameword using gin (word gin_trgm_ops);
create index person_nameword_sound on person_nameword using gin (access.sounds(word));
create index person_personname_given_words on person_personname using gin (string_to_array(given_folded, ' '));
create index person_person_district on person_person (split_part(postcode, ' ', 1)) where postcode <> '' and not restricted;

select access.add_person_policies('person_personpostcode', 'person_id');
-- Words that occur in names say of nobody in particular that they are held here; all the same no serving role reads them.
alter table person_nameword enable row level security;

create function access.keep_name_words() returns trigger security definer
set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    insert into person_nameword (id, part, word)
    select uuidv7(), w.part, w.word from (
        select 'family' as part, n.family_folded as word from told n where n.family_folded <> ''
        union select 'given', g.word from told n, unnest(string_to_array(n.given_folded, ' ')) g (word) where g.word <> ''
    ) w order by w.part, w.word on conflict (part, word) do nothing;
    return null;
end $$;
create trigger keep_name_words after insert on person_personname
    referencing new table as told for each statement execute function access.keep_name_words();

insert into person_nameword (id, part, word)
select uuidv7(), 'family', n.family_folded from person_personname n where n.family_folded <> ''
on conflict (part, word) do nothing;
insert into person_nameword (id, part, word)
select uuidv7(), 'given', g.word from person_personname n, unnest(string_to_array(n.given_folded, ' ')) g (word)
where g.word <> '' on conflict (part, word) do nothing;
insert into person_personpostcode (id, person_id, postcode, district)
select uuidv7(), t.person_id, t.postcode, split_part(t.postcode, ' ', 1) from (
    select distinct p.id as person_id, left(a.value ->> 'postcode', 12) as postcode
    from person_person p join person_sourcerecord r on r.person_id = p.id and r.says_who and r.state = 'attached'
    join person_sourcecontent c on c.record_id = r.id,
    jsonb_array_elements(case jsonb_typeof(c.person_facts -> 'addresses') when 'array' then c.person_facts -> 'addresses'
        else '[]' end) a (value)
    where not p.restricted and coalesce(a.value ->> 'postcode', '') <> ''
) t on conflict do nothing;

-- Which words that occur in names are like the words somebody typed, and how much: the same 1, a nickname or another
-- spelling 0.9, what sounds alike or is written alike less. `loosely` is for the second attempt.
create function access.name_words_like(of_part text, wanted text[], alike_word text[], alike_name text[], loosely boolean)
returns table (asked text, name text, points double precision)
stable security definer set search_path = pg_catalog, public, pg_temp set pg_trgm.similarity_threshold = 0.42
language plpgsql as $$
begin
    if loosely then
        perform set_config('pg_trgm.similarity_threshold', '0.2', true);
    end if;
    return query
    select f.asked, f.name, max(f.points) from (
        select w.word as asked, n.word::text as name, 1.0::double precision as points
            from unnest(wanted) w (word) join person_nameword n on n.part = of_part and n.word = w.word
        union all select a.word, a.name, 0.9 from unnest(alike_word, alike_name) a (word, name)
            where of_part = 'given' and a.word <> a.name
        union all select w.word, n.word, 0.6 + 0.3 * similarity(n.word, w.word)
            from unnest(wanted) w (word) join person_nameword n on access.sounds(n.word) && access.sounds(w.word)
            where n.part = of_part and access.nearly(n.word, w.word)
        union all select w.word, n.word, similarity(n.word, w.word)
            from unnest(wanted) w (word) join person_nameword n on n.word % w.word where n.part = of_part
    ) f group by f.asked, f.name order by 3 desc, 2 limit case when loosely then 400 else 80 end;
end $$;

-- People who may be meant, by whichever key leads to few of them. For access.person_search alone.
create function access.search_pool(who uuid[], nhs text, words text[], families text[], exact_families text[],
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
            where n.family_folded = any (case when attempt = 1 then exact_families else families end)
              and string_to_array(n.given_folded, ' ') && case when attempt = 1 then close_givens else givens end
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

drop function access.person_search(text, text[], date, text, integer);
-- `joined` are the words and each two of them as one; `alike_word`, `alike_name` pair a typed word with the names that may
-- mean the same. Every key that is given must fit, forgivingly: a date in one of its readings, a postcode now or before.
create function access.person_search(nhs text, words text[], joined text[], alike_word text[], alike_name text[],
    born date[], birth_year integer, at_postcode text, at_district text, most integer)
returns table (id uuid, family text, given text, prefix text, birth_date date, deceased boolean, restricted boolean,
    postcode text, nhs_number text, gender text, practice text, by_name text, other_date boolean, former_postcode boolean,
    score real)
stable security definer set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off  -- how many candidates there are is known only when it runs: never read a whole table for them
language plpgsql as $$
declare
    who uuid[] := access.subjects();
    wanted integer := least(greatest(most, 1), 20);
    f_asked text[]; f_name text[]; f_points double precision[];
    g_asked text[]; g_name text[]; g_points double precision[];
    pool uuid[];
    last_pool uuid[];
    seen uuid[] := '{}';
begin
    if who is null then
        raise exception 'Nobody has entered.' using errcode = 'insufficient_privilege', constraint = 'search_needs_caller';
    end if;
    -- First the same names, nicknames and sounds; where those are next to nobody, names written alike; then loosely.
    for attempt in 1 .. case when nhs = '' and cardinality(words) > 0 then 3 else 1 end loop
        exit when cardinality(seen) >= case attempt when 2 then 5 else 1 end;
        if cardinality(words) > 0 and attempt <> 2 then
            select array_agg(l.asked), array_agg(l.name), array_agg(l.points) into f_asked, f_name, f_points
                from access.name_words_like('family', joined, '{}', '{}', attempt = 3) l;
            select array_agg(l.asked), array_agg(l.name), array_agg(l.points) into g_asked, g_name, g_points
                from access.name_words_like('given', words, alike_word, alike_name, false) l;
        end if;
        pool := access.search_pool(who, nhs, words, coalesce(f_name, '{}'),
            array(select f.name from unnest(f_name, f_points) f (name, points) where f.points >= 0.6),
            coalesce(g_name, '{}'),
            array(select g.name from unnest(g_name, g_points) g (name, points) where g.points >= 0.6),
            born, birth_year, at_postcode, at_district, attempt);
        continue when attempt = 2 and pool = last_pool;
        last_pool := pool;
        for id, family, given, prefix, birth_date, deceased, restricted, postcode, nhs_number, gender, practice, by_name,
            other_date, former_postcode, score in
        with fam as (select * from unnest(f_asked, f_name, f_points) f (asked, name, points)),
        giv as (select * from unnest(g_asked, g_name, g_points) g (asked, name, points)),
        named as (
            select n.person_id, n.family, n.family_folded, string_to_array(n.given_folded, ' ') as given_words
            from person_personname n where n.person_id = any (pool)
        ),
        families as (
            select n.*, f.asked, coalesce(f.points, 0) as points from named n left join fam f on f.name = n.family_folded
            union all
            select n.*, w.word, similarity(n.family_folded, w.word) from named n, unnest(words) w (word)
            where attempt = 3 or cardinality(born) > 0
        ),
        scored as (
            select f.person_id, f.family, f.family_folded, f.points as by_family,
                case when cardinality(words) = 1 and f.points > 0 then 1 else coalesce((select max(g.points) from giv g
                    where g.name = any (f.given_words) and (f.asked is null or position(g.asked in f.asked) = 0)), 0)
                end as by_given
            from families f
        ),
        best as (
            select s.person_id, s.family, s.family_folded, case when nhs <> '' or cardinality(words) = 0 then 1
                when cardinality(words) = 1 and s.by_family = 0 then s.by_given * 0.5
                else s.by_family * 0.6 + s.by_given * 0.4 end as points
            from scored s
            where nhs <> '' or cardinality(words) = 0 or s.by_family >= 0.42
               or (cardinality(words) = 1 and s.by_family = 0 and s.by_given > 0) or (s.by_family >= 0.15 and s.by_given >= 0.6)
               or (cardinality(words) = 1 and attempt = 3 and s.by_family >= 0.28)
            union all  -- somebody whose names nobody told is found by number, date and postcode all the same
            select u.person, '', '', 1 from unnest(pool) u (person) where nhs <> '' or cardinality(words) = 0
        ),
        people as (  -- a name told under a record that was linked into another leads to that other
            select distinct on (1) coalesce(r.canonical_id, r.id) as person, b.points, b.family, b.family_folded
            from best b join person_person r on r.id = b.person_id
            order by 1, b.points desc, (b.family_folded = r.family_folded) desc, b.family
        ),
        fitting as (
            select m.points, m.family as told_family, m.family_folded as told_key, p.*,
                at_postcode <> '' and not p.restricted and p.postcode <> at_postcode
                    or at_district <> '' and not p.restricted and split_part(p.postcode, ' ', 1) <> at_district as elsewhere
            from people m join person_person p on p.id = m.person
            where p.canonical_id is null and p.id <> all (seen)
              and (nhs <> '' or (
                (cardinality(born) = 0 or p.birth_date = any (born))
                and (birth_year is null or extract(year from p.birth_date) = birth_year)
                and (at_postcode = '' or not p.restricted and (p.postcode = at_postcode or exists (
                    select from person_personpostcode c where c.person_id = p.id and c.postcode = at_postcode)))
                and (at_district = '' or not p.restricted and (split_part(p.postcode, ' ', 1) = at_district or exists (
                    select from person_personpostcode c where c.person_id = p.id and c.district = at_district)))))
              and exists (select from access_accessgrant g where g.person_id = p.id and g.subject_id = any (who)
                and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))
        )
        select t.id, t.family::text, t.given::text, t.prefix::text, t.birth_date, t.deceased, t.restricted,
            case when t.restricted then '' else t.postcode::text end, t.nhs_number::text, t.gender::text,
            case when t.restricted then '' else coalesce((select b.name::text from places_body b
                where b.code = t.gp_practice_code and b.ends_on is null limit 1), t.gp_practice_code::text) end,
            case when cardinality(words) > 0 and t.told_key <> t.family_folded then t.told_family::text else '' end,
            nhs = '' and cardinality(born) > 1 and t.birth_date <> born[1], nhs = '' and t.elsewhere,
            (t.points + case when t.birth_date = born[1] then 0.3 when t.birth_date = any (born) then 0.15 else 0 end
                - case when t.elsewhere then 0.1 else 0 end - case when t.told_key <> t.family_folded then 0.03 else 0 end
                - case when t.deceased then 0.01 else 0 end)::real
        from fitting t order by 15 desc, t.family_folded, t.given, t.birth_date, t.id limit wanted - cardinality(seen)
        loop
            return next;
            seen := seen || id;
        end loop;
    end loop;
end $$;

-- Tracing forgives alike: sounds, day and month changed about, former postcodes.
create or replace function access.people_matching(words text[], born date, at_postcode text, nhs text)
returns table (id uuid, restricted boolean, matched text[], strength real)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    dates date[] := case when extract(day from born) <= 12
        then array[born, make_date(extract(year from born)::int, extract(day from born)::int, extract(month from born)::int)]
        else array[born] end;
begin
    return query
    with found as (
        select i.person_id as person from person_personidentifier i
            where nhs <> '' and i.system = 'nhs-number' and i.value = nhs
        union select p.id from person_person p where p.birth_date = any (dates)
        union select p.id from person_person p where at_postcode <> '' and p.postcode = at_postcode
        union select c.person_id from person_personpostcode c where at_postcode <> '' and c.postcode = at_postcode
    ),
    fitting as (
        select p.id as person, p.restricted as hidden,
            nhs <> '' and exists (select from person_personidentifier i where i.person_id = p.id
                and i.system = 'nhs-number' and i.value = nhs) as by_number,
            exists (select from person_personname n, unnest(words) w (word) where n.person_id = p.id
                and (similarity(n.family_folded, w.word) >= 0.42
                    or access.sounds(n.family_folded) && access.sounds(w.word)
                        and access.nearly(n.family_folded, w.word))) as by_name,
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

revoke execute on function access.keep_name_words(), access.sounds(text), access.nearly(text, text), access.people_matching(text[], date, text, text),
    access.name_words_like(text, text[], text[], text[], boolean),
    access.search_pool(uuid[], text, text[], text[], text[], text[], text[], date[], integer, text, text, integer),
    access.person_search(text, text[], text[], text[], text[], date[], integer, text, text, integer) from public;
grant execute on function
    access.person_search(text, text[], text[], text[], text[], date[], integer, text, text, integer) to app;
