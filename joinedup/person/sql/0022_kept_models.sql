-- Linking by likeness with a kept model: who waits to be compared, which records are worth comparing with them, and the
-- model that decided a link. Comparing and weighing are done outside (joinedup/person/linking/); here is decided what is
-- looked at, and refused what must not be.

-- A kept model is what links were decided by: it is never changed.
create trigger link_model_is_kept before update or delete on person_linkmodel
    for each row execute function access.refuse_change();

select access.add_person_policies('person_persontocompare', 'person_id');
insert into person_persontocompare (person_id) select id from person_person where canonical_id is null;

-- Whoever is new, or is told of otherwise than before, waits to be compared.
create function access.wait_to_be_compared() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into person_persontocompare (person_id) select c.id from changed c order by c.id on conflict do nothing;
    else
        insert into person_persontocompare (person_id)
        select c.id from changed c join before b on b.id = c.id
        where (c.family, c.given, c.birth_date, c.gender, c.postcode, c.phone, c.nhs_number, c.address, c.restricted)
            is distinct from
            (b.family, b.given, b.birth_date, b.gender, b.postcode, b.phone, b.nhs_number, b.address, b.restricted)
        order by c.id on conflict do nothing;
    end if;
    return null;
end $$;
create trigger wait_to_be_compared_new after insert on person_person referencing new table as changed
    for each statement execute function access.wait_to_be_compared();
create trigger wait_to_be_compared_changed after update on person_person referencing old table as before new table as changed
    for each statement execute function access.wait_to_be_compared();

-- Who is worth comparing with these people: by number, by date of birth with something besides, by both names with
-- something besides, by home with a name. Each begins from an index. Restricted people are compared with nobody.
create function access.worth_comparing(people uuid[]) returns table (one uuid, other uuid)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return query
    with asked as materialized (
        select p.* from person_person p
        where p.id = any (people) and p.canonical_id is null and not p.restricted and p.family_folded <> ''
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
            or extract(year from p.birth_date) = extract(year from a.birth_date)
            or to_char(p.birth_date, 'MMDD') in (to_char(a.birth_date, 'MMDD'), to_char(a.birth_date, 'DDMM'))
        union
        select a.id, p.id from asked a join person_personpostcode c on c.person_id = a.id
        join person_personpostcode d on d.postcode = c.postcode join person_person p on p.id = d.person_id
        where p.family_folded = a.family_folded or (a.given <> '' and p.given = a.given)
    )
    select distinct least(f.person, p.id), greatest(f.person, p.id) from found f join person_person p on p.id = f.near
    where p.id <> f.person and p.canonical_id is null and not p.restricted and p.family_folded <> '';
end $$;

-- The same for one person, of those whom the caller may see: nothing of anybody hidden is told by it.
create function access.worth_comparing_seen(person uuid) returns table (other uuid)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not access.may_see(person) then
        return;
    end if;
    return query
    select v.near from (select case when w.one = person then w.other else w.one end as near
        from access.worth_comparing(array[person]) w) v where access.may_see(v.near) limit 50;
end $$;

-- As before (0004_links.sql), and keeps which model decided.
drop function access.link_people(uuid, uuid, uuid, uuid, text, double precision, text, timestamptz, jsonb, text);
create function access.link_people(link uuid, question uuid, one uuid, other uuid, how text, weight double precision,
    reason text, at timestamptz, before jsonb, before_digest text, model uuid default null) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare people uuid[];
begin
    perform access.must_decide(one, other);
    people := access.whole_of(one) || access.whole_of(other);
    insert into person_personlink (id, one_id, other_id, item_id, how, weight, reason, by_id, at, changed_at, before,
        before_digest, after, after_digest, end_reason, model_id)
    values (link, least(one, other), greatest(one, other), question, link_people.how, link_people.weight,
        link_people.reason, access.caller(), link_people.at, now(), link_people.before, link_people.before_digest, '{}',
        '', '', link_people.model);
    perform access.settle_canonical(people, link_people.at);
    perform access.share_sight(people);
    -- Work that is open once at a time may now be open twice: somebody must sort that out.
    insert into person_workitem (id, kind, place_id, person_id, other_person_id, about, made_at)
    select uuidv7(), v.kind, p.place_id, p.id, greatest(one, other), 'link/' || link, link_people.at
    from person_person p, (values
        ('two_open_plans', (select count(*) from plan_plan where person_id = any (people) and state <> 'ended')),
        ('two_open_assessments', (select count(*) from assessment_assessment where person_id = any (people)
            and state = 'open'))) v (kind, found)
    where p.id = least(one, other) and v.found > 1;
end $$;

-- No rule links what only somebody may decide: restricted people, and two different verified numbers.
create function access.refuse_unsure_link() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if new.how = 'likeness' and exists (select from person_person p, person_person q
            where p.id = any (access.whole_of(new.one_id)) and q.id = any (access.whole_of(new.other_id))
              and (p.restricted or q.restricted
                or (p.nhs_number <> '' and q.nhs_number <> '' and p.nhs_number <> q.nhs_number))) then
        raise exception 'Only somebody may decide about these records.' using errcode = 'integrity_constraint_violation',
            constraint = 'likeness_links_the_sure_only';
    end if;
    return new;
end $$;
create trigger likeness_links_the_sure_only before insert on person_personlink
    for each row execute function access.refuse_unsure_link();

-- The words of write_shown (0004_links.sql), now for the loader and the linker besides, who work on everybody.
do $$
declare source text := pg_get_functiondef('access.write_shown(jsonb, timestamptz)'::regprocedure);
begin
    execute replace(source, 'if not (access.may_see(who) and exists',
        'if not ((session_user in (''loader'', ''linker'') or access.may_see(who)) and exists');
end $$;

-- Takes back that two records are two people, so that they may be asked about, decided and joined again.
create function access.withdraw_not_the_same(decision uuid, reason text, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held person_notthesame;
begin
    select * into held from person_notthesame n where n.id = decision;
    perform access.must_decide(held.one_id, held.other_id);
    update person_notthesame n set withdrawn_at = withdraw_not_the_same.at, withdrawn_by_id = access.caller(),
        withdrawn_reason = withdraw_not_the_same.reason where n.id = decision and n.withdrawn_at is null;
    return found;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.worth_comparing(uuid[]) to loader, linker;
grant execute on function access.write_shown(jsonb, timestamptz) to loader, linker;
grant execute on function access.worth_comparing_seen(uuid),
    access.withdraw_not_the_same(uuid, text, timestamptz) to app;
grant execute on function
    access.link_people(uuid, uuid, uuid, uuid, text, double precision, text, timestamptz, jsonb, text, uuid)
    to app, loader, linker;

-- What was decided and asked of pairs before, by way of all their records: only of pairs whom the caller may see.
create function access.standing_of(ones uuid[], others uuid[])
returns table (n bigint, not_the_same boolean, doubted boolean, asked boolean)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return query
    select v.n,
        exists (select from person_notthesame t where t.withdrawn_at is null
            and ((t.one_id = any (w.one) and t.other_id = any (w.other))
              or (t.one_id = any (w.other) and t.other_id = any (w.one)))),
        exists (select from person_notthesame t where t.withdrawn_at is not null
            and ((t.one_id = any (w.one) and t.other_id = any (w.other))
              or (t.one_id = any (w.other) and t.other_id = any (w.one))))
        or exists (select from person_personlink l where l.ended_at is not null
            and ((l.one_id = any (w.one) and l.other_id = any (w.other))
              or (l.one_id = any (w.other) and l.other_id = any (w.one)))),
        exists (select from person_workitem i where i.kind in ('nhs_number_other_birth_date', 'hidden_match',
                'nhs_number_in_two_records', 'likely_same')
            and ((i.person_id = any (w.one) and i.other_person_id = any (w.other))
              or (i.person_id = any (w.other) and i.other_person_id = any (w.one))))
    from unnest(ones, others) with ordinality v (one, other, n),
        lateral (select access.whole_of(v.one) as one, access.whole_of(v.other) as other) w
    where session_user in ('loader', 'linker') or (access.may_see(v.one) and access.may_see(v.other))
    order by v.n;
end $$;
revoke execute on function access.standing_of(uuid[], uuid[]) from public;
grant execute on function access.standing_of(uuid[], uuid[]) to app, loader, linker;
