-- Sharing: agreements between bodies, consents, opt-outs, proxies, legal holds. A place is under agreements as soon as one
-- is in force there; from then on a look outside every agreement is refused, and so is giving sight outside them.

-- Whether a place has any agreement in force for a purpose today.
create function access.under_agreements(place uuid, for_purpose text) returns boolean stable security definer
begin atomic
    select exists (select from public.access_sharingagreement a where a.place_id = place and a.purpose = for_purpose
        and (now() at time zone 'Europe/London')::date >= a.starts_on
        and (a.ends_on is null or (now() at time zone 'Europe/London')::date < a.ends_on));
end;

-- Whether what one body holds about the people of a place may go to another for a purpose today. A body needs no
-- agreement with itself; bodies are compared by code, because a body that changed is a new row.
create function access.may_share(giver uuid, receiver uuid, place uuid, for_purpose text) returns boolean
stable security definer begin atomic
    select not access.under_agreements(place, for_purpose)
        or exists (select from public.places_body g join public.places_body r on r.code = g.code
            where g.id = giver and r.id = receiver)
        or exists (select from public.access_sharingagreement a
            join public.access_agreementparty g on g.agreement_id = a.id and g.gives
            join public.places_body gb on gb.id = g.body_id
            join public.access_agreementparty r on r.agreement_id = a.id and r.receives
            join public.places_body rb on rb.id = r.body_id
            where a.place_id = place and a.purpose = for_purpose
              and (now() at time zone 'Europe/London')::date >= a.starts_on
              and (a.ends_on is null or (now() at time zone 'Europe/London')::date < a.ends_on)
              and gb.code = (select b.code from public.places_body b where b.id = giver)
              and rb.code = (select b.code from public.places_body b where b.id = receiver));
end;

-- Giving sight to another body's people needs an agreement between the giver's body and theirs.
create or replace function access.give_grant(grant_id uuid, receiver uuid, person uuid, purpose text, source text,
    starts timestamptz, ends timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare
    own_end timestamptz;
    until timestamptz := now() + (ends - starts);
    from_body uuid := (select s.body_id from access_subject s where s.id = access.caller());
    to_body uuid := (select s.body_id from access_subject s where s.id = receiver);
begin
    if receiver = any (access.subjects()) then
        raise exception 'Nobody can give sight of a record to themselves or their own team.'
            using errcode = 'insufficient_privilege', constraint = 'grant_not_to_oneself';
    end if;
    if give_grant.purpose in ('break_glass', 'proxy') then
        raise exception 'This sight has a way of its own to be given.'
            using errcode = 'insufficient_privilege', constraint = 'grant_purpose_has_its_own_way';
    end if;
    if not access.manages_access_to(person) then
        select max(coalesce(g.ends_at, 'infinity')) into own_end from access_accessgrant g
        where g.person_id = person and g.subject_id = any (access.subjects())
          and g.purpose not in ('break_glass', 'proxy')
          and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at);
        if own_end is null or give_grant.purpose <> 'direct_care' then
            raise exception 'Only somebody who may see this record, or who manages access, can give sight of it.'
                using errcode = 'insufficient_privilege', constraint = 'grant_needs_right';
        end if;
        until := nullif(least(coalesce(until, 'infinity'), own_end), 'infinity');
    end if;
    if give_grant.purpose = 'direct_care' and not coalesce(access.may_share(from_body, to_body, access.place_of(person),
            'direct_care'), false) then
        raise exception 'No sharing agreement covers the two bodies.'
            using errcode = 'insufficient_privilege', constraint = 'grant_needs_agreement';
    end if;
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
    values (grant_id, receiver, person, give_grant.purpose, give_grant.source, now(), until, 1);
    return grant_id;
end $$;

-- Rows about a person: seen by those with a live grant on them; written by the functions below alone.
do $$
declare t text;
begin
    foreach t in array array['access_consent', 'access_optout', 'access_proxy', 'access_legalhold'] loop
        execute format('alter table %I enable row level security', t);
        execute format($p$create policy granted on %1$I for select to app, worker using (exists (
            select from access_accessgrant g where g.person_id = %1$I.person_id
              and g.subject_id = any ((select access.subjects())::uuid[])
              and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at)))$p$, t);
        execute format('create trigger keep_history after update or delete on %I for each row '
            'execute function access.keep_history()', t);
    end loop;
end $$;
create policy privacy_officer on access_legalhold for select to app, worker using (
    place_id = any ((select access.places_as('privacy_officer'))::uuid[]));
create policy own_hand on access_proxy for select to app using (recorded_by_id = (select access.caller()));
alter table access_destroyed enable row level security;
create policy worker_reads on access_destroyed for select to worker using (
    (select access.caller()) = (select s.id from access_subject s where s.code = 'service:worker'));

-- Whether the caller may speak for a person's own wishes: the person, or somebody who cares for them.
create function access.may_record_wish(person uuid) returns boolean stable security definer begin atomic
    select exists (select from public.access_accessgrant g where g.person_id = person
        and g.subject_id = any (access.subjects()) and g.purpose in ('own_record', 'direct_care')
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
end;

-- A consent, and the sight that rests on it. It goes beyond agreements: the person decided.
create function access.record_consent(consent uuid, person uuid, receiver uuid, how text, at timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not access.may_record_wish(person) or receiver = any (access.subjects()) then
        raise exception 'Only the person, or somebody who cares for them, records their consent; never for oneself.'
            using errcode = 'insufficient_privilege', constraint = 'consent_needs_right';
    end if;
    insert into access_consent (id, person_id, receiver_id, how, recorded_by_id, given_at)
    values (consent, person, receiver, record_consent.how, access.caller(), at);
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
    values (uuidv7(), receiver, person, 'direct_care', 'consent:' || consent, now(), 1);
    return consent;
end $$;

-- Withdrawing ends every sight that rests on the consent in the same transaction; true when it stood until now.
create function access.withdraw_consent(consent uuid, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare about uuid := (select c.person_id from access_consent c where c.id = consent);
begin
    if about is null or not access.may_record_wish(about) then
        raise exception 'Only the person, or somebody who cares for them, withdraws their consent.'
            using errcode = 'insufficient_privilege', constraint = 'consent_needs_right';
    end if;
    update access_consent c set withdrawn_by_id = access.caller(), withdrawn_at = withdraw_consent.at
    where c.id = consent and c.withdrawn_at is null;
    if not found then
        return false;
    end if;
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.source = 'consent:' || consent and g.person_id = about and g.purpose = 'direct_care'
      and (g.ends_at is null or g.ends_at > now());
    return true;
end $$;

-- Opting out of uses beyond one's own care, or back in; false when it stood so already.
create function access.set_opt_out(person uuid, out_of_it boolean, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare own boolean := exists (select from access_accessgrant g where g.person_id = person and g.purpose = 'own_record'
    and g.subject_id = access.caller() and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
begin
    if not access.may_record_wish(person) then
        raise exception 'Only the person, or somebody who cares for them, records this.'
            using errcode = 'insufficient_privilege', constraint = 'opt_out_needs_right';
    end if;
    if out_of_it then
        insert into access_optout (id, person_id, told_by, recorded_by_id, starts_at)
        values (uuidv7(), person, case when own then 'person' else 'staff' end, access.caller(), set_opt_out.at)
        on conflict (person_id) where ends_at is null do nothing;
    else
        update access_optout o set ends_at = greatest(set_opt_out.at, o.starts_at)
        where o.person_id = person and o.ends_at is null;
    end if;
    return found;
end $$;

-- An authority to act for a person, recorded by whoever manages access in the person's place, for a user whose only role
-- is that of a person. Property and money alone gives no sight: there is no narrower view than the record yet.
create function access.record_proxy(proxy uuid, person uuid, user_subject uuid, authority text, seen text,
    from_day date, to_day date, at timestamptz) returns uuid
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare begins timestamptz := greatest(now(), from_day::timestamp at time zone 'Europe/London');
begin
    if not access.manages_access_to(person) or user_subject = access.caller() then
        raise exception 'Whoever manages access in the person''s place records who acts for them.'
            using errcode = 'insufficient_privilege', constraint = 'proxy_needs_administrator';
    end if;
    if exists (select from access_subject s where s.id = user_subject and s.kind <> 'user')
        or not exists (select from access_roleholding h where h.subject_id = user_subject and h.role = 'person')
        or exists (select from access_roleholding h where h.subject_id = user_subject and h.role <> 'person'
            and (h.ends_at is null or h.ends_at > now())) then
        raise exception 'Somebody acts for a person through a sign-in of a member of the public.'
            using errcode = 'insufficient_privilege', constraint = 'proxy_is_a_member_of_the_public';
    end if;
    insert into access_proxy (id, person_id, subject_id, kind, evidence, starts_on, ends_on, recorded_by_id, recorded_at)
    values (proxy, person, user_subject, authority, seen, from_day, to_day, access.caller(), at);
    if authority <> 'lpa_property' then
        insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version)
        values (uuidv7(), user_subject, person, 'proxy', authority || ':' || proxy, begins,
            case when to_day is not null then greatest(begins, to_day::timestamp at time zone 'Europe/London') end, 1);
    end if;
    return proxy;
end $$;

-- Ended by whoever manages access, by the person, or by the proxy; sight ends with it. False when it had ended.
create function access.end_proxy(proxy uuid, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held access_proxy;
begin
    select * into held from access_proxy p where p.id = proxy for update;
    if held.id is null or not (access.manages_access_to(held.person_id) or held.subject_id = access.caller()
        or exists (select from access_accessgrant g where g.person_id = held.person_id and g.purpose = 'own_record'
            and g.subject_id = access.caller() and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))) then
        raise exception 'Only the person, their proxy or whoever manages access ends this.'
            using errcode = 'insufficient_privilege', constraint = 'proxy_ending_needs_right';
    end if;
    if held.ended_at is not null then
        return false;
    end if;
    update access_proxy p set ended_by_id = access.caller(), ended_at = end_proxy.at where p.id = proxy;
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.source = held.kind || ':' || proxy and g.purpose = 'proxy' and (g.ends_at is null or g.ends_at > now());
    return true;
end $$;

-- A legal hold: placed and lifted by the privacy officer of the person's place. False when it stood so already.
create function access.set_hold(person uuid, standing boolean, why text, at timestamptz) returns boolean
volatile security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not coalesce(access.place_of(person) = any (access.places_as('privacy_officer')), false) then
        raise exception 'A legal hold is set by the privacy officer of the person''s place.'
            using errcode = 'insufficient_privilege', constraint = 'hold_needs_officer';
    end if;
    if standing then
        insert into access_legalhold (id, person_id, place_id, words, placed_by_id, placed_at)
        values (uuidv7(), person, access.place_of(person), why, access.caller(), set_hold.at)
        on conflict (person_id) where lifted_at is null do nothing;
    else
        update access_legalhold h set lifted_by_id = access.caller(), lifted_at = set_hold.at
        where h.person_id = person and h.lifted_at is null;
    end if;
    return found;
end $$;

revoke execute on all functions in schema access from public;
grant execute on function access.record_consent(uuid, uuid, uuid, text, timestamptz),
    access.withdraw_consent(uuid, timestamptz), access.set_opt_out(uuid, boolean, timestamptz),
    access.record_proxy(uuid, uuid, uuid, text, text, date, date, timestamptz), access.end_proxy(uuid, timestamptz),
    access.set_hold(uuid, boolean, text, timestamptz) to app;
