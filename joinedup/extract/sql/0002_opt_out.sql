-- Whoever does not want what is known about them used beyond their own care is in no extract, with all their rows. The
-- money of the pooled funds stays, without whose it was: accounts must be whole, and a posting names nobody.

create or replace view access.extract_subject as
    select p.id as person_id, c.id = p.id as is_whole, access.pseudonym(r.key, c.id) as pseudonym, l.code as place,
        c.gender as sex, c.birth_date, not c.deceased as alive, r.key, r.as_at, r.run_at
    from access.extract_run r cross join person_person p
    join person_person c on c.id = coalesce(p.canonical_id, p.id)
    join places_place l on l.id = c.place_id
    where r.made_in = pg_current_xact_id_if_assigned() and not c.restricted and not p.restricted
      and not exists (select from access_optout o join person_person a on a.id = o.person_id
          where coalesce(a.canonical_id, a.id) = c.id and o.ends_at is null);

create or replace view extract_left_out as
    select count(*) filter (where p.restricted) as restricted_people,
        count(*) filter (where not p.restricted and exists (select from access_optout o
            join person_person a on a.id = o.person_id
            where coalesce(a.canonical_id, a.id) = p.id and o.ends_at is null)) as opted_out_people
    from access.extract_run r cross join person_person p
    where r.made_in = pg_current_xact_id_if_assigned() and p.canonical_id is null;
