-- Whoever is told of anew, or is joined, waits to be compared again; what find-doubles has looked at, and a question that
-- only a rule asked, do not stand in the way of what is sure by now.

-- Whoever is new, or is told of otherwise than before (as in 0022_kept_models.sql, now with the practice).
create or replace function access.wait_to_be_compared() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform access.waits(array(select c.id from changed c));
    else
        perform access.waits(array(select c.id from changed c join before b on b.id = c.id
        where (c.family, c.given, c.birth_date, c.gender, c.postcode, c.phone, c.nhs_number, c.address, c.restricted,
            c.gp_practice_code) is distinct from
            (b.family, b.given, b.birth_date, b.gender, b.postcode, b.phone, b.nhs_number, b.address, b.restricted,
            b.gp_practice_code)));
    end if;
    return null;
end $$;

create function access.waits(people uuid[]) returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    insert into person_persontocompare (person_id) select distinct p from unnest(people) u (p) where p is not null
    order by 1 on conflict (person_id) do update set asked_about = false where person_persontocompare.asked_about;
$$;

-- A former name, home, telephone or practice that a body tells changes nothing that is shown, and yet may tell who it is.
create function access.wait_when_told() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.waits(array(select c.person_id from changed c join before b on b.id = c.id
        where c.says_who and c.state = 'attached'
          and (b.state <> 'attached' or b.person_id is distinct from c.person_id)));
    return null;
end $$;
create trigger wait_to_be_compared_told after update on person_sourcerecord
    referencing old table as before new table as changed
    for each statement execute function access.wait_when_told();

-- Two records that are joined, or taken apart, are told of together, or no longer.
create function access.wait_when_linked() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    perform access.waits(array(select coalesce(p.canonical_id, p.id) from changed c, person_person p
        where p.id in (c.one_id, c.other_id)));
    return null;
end $$;
create trigger wait_to_be_compared_linked after insert on person_personlink referencing new table as changed
    for each statement execute function access.wait_when_linked();
create trigger wait_to_be_compared_unlinked after update on person_personlink referencing new table as changed
    for each statement execute function access.wait_when_linked();

-- Everybody waits: for a full run.
create function access.everybody_waits() returns void
volatile security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    select access.waits(array(select id from person_person where canonical_id is null));
$$;

-- Of pairs that were asked about: whether a rule alone asked, and nobody has answered or passed it on.
create function access.asked_by_rule_alone(ones uuid[], others uuid[]) returns table (n bigint, alone boolean)
stable security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    return query
    select v.n, coalesce(bool_and(i.kind = 'likely_same' and i.done_at is null and i.asked_of = ''), false)
    from unnest(ones, others) with ordinality v (one, other, n),
        lateral (select access.whole_of(v.one) as one, access.whole_of(v.other) as other) w
        left join person_workitem i on i.kind in ('nhs_number_other_birth_date', 'hidden_match',
                'nhs_number_in_two_records', 'likely_same')
            and ((i.person_id = any (w.one) and i.other_person_id = any (w.other))
              or (i.person_id = any (w.other) and i.other_person_id = any (w.one)))
    where session_user in ('loader', 'linker') or (access.may_see(v.one) and access.may_see(v.other))
    group by v.n order by v.n;
end $$;

-- A link by the rule answers the questions that a rule alone asked about these two.
create function access.answer_by_rule() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare ones uuid[]; others uuid[];
begin
    if new.how = 'likeness' then
        ones := access.whole_of(new.one_id);
        others := access.whole_of(new.other_id);
        update person_workitem i set decision = 'same', decided_by_id = new.by_id, done_at = new.at, reason = new.reason,
            version = i.version + 1
        where i.kind = 'likely_same' and i.done_at is null and i.asked_of = ''
          and ((i.person_id = any (ones) and i.other_person_id = any (others))
            or (i.person_id = any (others) and i.other_person_id = any (ones)));
    end if;
    return new;
end $$;
create trigger answer_by_rule before insert on person_personlink for each row execute function access.answer_by_rule();

revoke execute on function access.waits(uuid[]), access.everybody_waits(), access.wait_when_told(),
    access.wait_when_linked(), access.asked_by_rule_alone(uuid[], uuid[]), access.answer_by_rule() from public;
grant execute on function access.everybody_waits() to loader;
grant execute on function access.asked_by_rule_alone(uuid[], uuid[]) to app, loader, linker;
