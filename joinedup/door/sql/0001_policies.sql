-- Row security of the front door, and what must hold whoever writes. A receiver of a referral sees the request before
-- accepting it, because referring gives them sight of the person; declining or taking back ends the sight so given.
select access.add_person_policies(t, 'person_id') from (values ('door_contact'), ('door_request'), ('door_referral')) v (t);
select access.add_person_writing(t, 'person_id', 'insert')
    from (values ('door_contact'), ('door_request'), ('door_referral')) v (t);
select access.add_person_writing(t, 'person_id', 'update') from (values ('door_request'), ('door_referral')) v (t);
create trigger keep_history after update or delete on door_request
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on door_referral
    for each row execute function access.keep_history();

-- Nobody writes under another's name; calls are taken by the front door of the place; only those who were asked answer,
-- and only those who asked, or own the request, take it back.
create policy own_hand_insert on door_contact as restrictive for insert to app, worker with check (
    taken_by_id = (select access.caller()) and place_id = any ((select access.places_as('coordinator'))::uuid[]));
create policy own_hand_insert on door_request as restrictive for insert to app, worker
    with check (changed_by_id = (select access.caller()));
create policy own_hand_update on door_request as restrictive for update to app, worker
    with check (changed_by_id = (select access.caller()));
create policy own_hand_insert on door_referral as restrictive for insert to app, worker
    with check (giver_id = (select access.caller()) and answer is null);
create policy own_hand_update on door_referral as restrictive for update to app, worker
    with check (answered_by_id = (select access.caller()) and case when answer = 'withdrawn' then
        giver_id = (select access.caller()) or exists (select from door_request r where r.id = door_referral.request_id
            and r.owner_id = any ((select access.subjects())::uuid[]))
        else receiver_id = any ((select access.subjects())::uuid[]) end);

-- The clock starts at first contact and belongs to the request: it is the call's own, and never moves.
create function access.keep_clock() returns trigger language plpgsql as $$
begin
    if not exists (select from public.door_contact c where c.id = new.contact_id and c.person_id = new.person_id
        and c.place_id = new.place_id and c.first_contact_at = new.clock_started_at)
        or (tg_op = 'UPDATE' and new.clock_started_at is distinct from old.clock_started_at) then
        raise exception 'A request is about the person of its call, and its clock starts at first contact.'
            using errcode = 'check_violation', constraint = 'clock_starts_at_first_contact';
    end if;
    return new;
end $$;
create trigger clock_starts_at_first_contact before insert or update on door_request
    for each row execute function access.keep_clock();

-- A referral is about its request's person, is answered once, and changes in nothing else.
create function access.keep_referral() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' and not exists (
        select from public.door_request r where r.id = new.request_id and r.person_id = new.person_id) then
        raise exception 'A referral is about the person of its request.'
            using errcode = 'check_violation', constraint = 'referral_is_about_its_request';
    end if;
    if tg_op = 'UPDATE' and (old.answer is not null or (new.request_id, new.person_id, new.kind, new.giver_id,
            new.receiver_id, new.reason, new.made_at) is distinct from (old.request_id, old.person_id, old.kind,
            old.giver_id, old.receiver_id, old.reason, old.made_at)) then
        raise exception 'A referral is answered once and not rewritten.'
            using errcode = 'check_violation', constraint = 'referral_is_answered_once';
    end if;
    return new;
end $$;
create trigger referral_is_kept before insert or update on door_referral
    for each row execute function access.keep_referral();

-- A referral that was declined or taken back takes with it the sight that it gave, and no other.
create function access.end_sight_of_referral() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update access_accessgrant g set ends_at = greatest(now(), g.starts_at), version = g.version + 1
    where g.person_id = new.person_id and g.subject_id = new.receiver_id and g.source = 'referral:' || new.id
      and (g.ends_at is null or g.ends_at > now());
    return null;
end $$;
create trigger declined_ends_sight after update on door_referral
    for each row when (new.answer in ('declined', 'withdrawn')) execute function access.end_sight_of_referral();

-- Sight that was given for a call needs that call, about that person, when the transaction commits. The linker alone
-- copies grants to the other side of a link.
create function access.check_call_grant() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from door_contact c where 'call:' || c.id = new.source
        and (c.person_id = new.person_id or session_user = 'linker')) then
        raise exception 'Sight given for a call needs the call.'
            using errcode = 'insufficient_privilege', constraint = 'call_grant_has_a_call';
    end if;
    return null;
end $$;
create constraint trigger call_grant_has_a_call after insert on access_accessgrant
    deferrable initially deferred for each row when (new.source like 'call:%')
    execute function access.check_call_grant();

-- What a request held before each of its changes, oldest first, for those who may see its person: who did what.
create function access.request_before(request uuid) returns setof jsonb stable security definer begin atomic
    select h.before from public.access_rowhistory h
    where h.table_name = 'door_request' and h.row_id = request::text
      and exists (select from public.door_request r where r.id = request_before.request and access.may_see(r.person_id))
    order by h.at, h.id;
end;

revoke execute on all functions in schema access from public;
grant execute on function access.request_before(uuid) to app, worker;
