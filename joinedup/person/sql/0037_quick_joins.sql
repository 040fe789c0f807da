-- A join costs the same however many there are already. Why, in
-- docs/decisions/0084-an-arrival-is-compared-in-milliseconds.md.

-- As before (0004_links.sql): copies the live grants of each record of a whole to its other records, and ends copies whose
-- reason has gone. Asked of these people alone, where every copy in the house was read for each join.
create or replace function access.share_sight(people uuid[]) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    with wanted as materialized (select * from access.wanted_sight(people)),
    held as materialized (
        select g.id, w.subject is null as gone, w.ends from (select c.* from access_accessgrant c
            where c.person_id = any (people) and c.source like 'link:%' and (c.ends_at is null or c.ends_at > now())) g
        left join wanted w on w.subject = g.subject_id and w.person = g.person_id and w.purpose = g.purpose
        where w.subject is null or g.ends_at is distinct from w.ends)
    update access_accessgrant g set version = g.version + 1,
        ends_at = case when h.gone then greatest(now(), g.starts_at) else h.ends end
    from held h where h.id = g.id;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    select uuidv7(), w.subject, w.person, w.purpose, w.source, now(), w.ends, 1 from access.wanted_sight(people) w
    where not exists (select from access_accessgrant g where g.person_id = any (people) and w.subject = g.subject_id
        and w.person = g.person_id and w.purpose = g.purpose and g.source like 'link:%'
        and (g.ends_at is null or g.ends_at > now()));
end $$;

-- Written anew from the plan of tables after every migration (person/link_proof.py).
drop function access.fingerprints(uuid[], jsonb);
