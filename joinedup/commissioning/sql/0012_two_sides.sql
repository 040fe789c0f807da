-- The end of a dispute in two hands and the handing over of its care; members in post and the quorum of the panel; looking
-- again; and who owes aftercare.

select access.add_person_policies(t, 'person_id'), access.add_person_writing(t, 'person_id', 'insert')
    from (values ('commissioning_disputehandover'), ('commissioning_proposedend')) v (t);
select access.add_person_writing('commissioning_proposedend', 'person_id', 'update');
alter table commissioning_dispute add constraint dispute_with_its_person unique (id, person_id);
do $$
declare part text;
begin
    foreach part in array array['disputehandover', 'proposedend'] loop
        execute format('create policy not_for_providers on commissioning_%s as restrictive for select to app, worker
            using ((select access.provider_of_caller()) is null)', part);
        execute format('alter table commissioning_%1$s add constraint %1$s_of_the_disputes_person
            foreign key (dispute_id, person_id) references commissioning_dispute (id, person_id)', part);
        execute format('create trigger commissioning_is_never_emptied before truncate on commissioning_%s
            for each statement execute function access.refuse_commissioning_change()', part);
    end loop;
end $$;
create trigger commissioning_is_append_only before update or delete on commissioning_disputehandover
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_append_only before delete on commissioning_proposedend
    for each row execute function access.refuse_commissioning_change();
create trigger keep_history after update or delete on commissioning_proposedend
    for each row execute function access.keep_history();

create policy own_hand_insert on commissioning_disputehandover as restrictive for insert to app, worker
    with check (handed_by_id = (select access.caller()) and exists (select from commissioning_dispute d
        where d.id = commissioning_disputehandover.dispute_id and access.runs_panel_in(d.place_id)));
create policy own_hand_insert on commissioning_proposedend as restrictive for insert to app, worker
    with check (proposed_by_id = (select access.caller()) and exists (select from commissioning_dispute d
        where d.id = commissioning_proposedend.dispute_id and access.runs_panel_in(d.place_id)));
create policy own_hand_update on commissioning_proposedend as restrictive for update to app, worker
    using (exists (select from commissioning_dispute d
        where d.id = commissioning_proposedend.dispute_id and access.runs_panel_in(d.place_id)))
    with check (answered_by_id = (select access.caller()));

-- A dispute that runs goes from its owner to somebody in post in its place; its clock runs on.
create function access.check_dispute_handover() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    select * into held from commissioning_dispute d where d.id = new.dispute_id for update;
    if held.ended_at is not null then
        perform access.refuse('dispute_is_not_rewritten', 'This dispute has ended.');
    end if;
    if new.from_owner_id is distinct from held.owner_id then
        perform access.refuse('dispute_handed_by_its_present_owner', 'Somebody else owns this dispute by now.');
    end if;
    if not exists (select from access_roleholding h where h.subject_id = new.to_owner_id and h.place_id = held.place_id
            and h.role in ('practitioner', 'case_manager', 'commissioner', 'accounting_officer')
            and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at)) then
        perform access.refuse('dispute_handed_to_somebody_in_post', 'Nobody in post here has that name.');
    end if;
    return new;
end $$;
create trigger check_dispute_handover before insert on commissioning_disputehandover
    for each row execute function access.check_dispute_handover();
create function access.hand_dispute_over() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    update commissioning_dispute set owner_id = new.to_owner_id, version = version + 1 where id = new.dispute_id;
    return null;
end $$;
create trigger hand_dispute_over after insert on commissioning_disputehandover
    for each row execute function access.hand_dispute_over();

-- Whether somebody in post in a place speaks for a body: works for it and runs the panel there.
create function access.speaks_for(subject uuid, body uuid, place uuid) returns boolean stable security definer
begin atomic
    select exists (select from public.access_subject s join public.access_roleholding h on h.subject_id = s.id
        where (speaks_for.subject is null or s.id = speaks_for.subject) and s.body_id = speaks_for.body
          and h.place_id = speaks_for.place and h.role in ('commissioner', 'accounting_officer')
          and now() >= h.starts_at and (h.ends_at is null or now() < h.ends_at));
end;

-- Who speaks for a body in a place now.
create function access.speakers_of(body uuid, place uuid) returns uuid[] stable security definer begin atomic
    select coalesce(array_agg(distinct s.id), '{}') from public.access_subject s
        where s.body_id = speakers_of.body and s.kind = 'user'
          and access.speaks_for(s.id, speakers_of.body, speakers_of.place);
end;

-- An end is proposed for a party by somebody who speaks for it, and answered once: confirmed or refused for the other
-- party by somebody who speaks for that one, or taken back for the same. Where nobody in post speaks for the other
-- party, whoever writes its answer says who of it agreed and on which paper.
create function access.check_proposed_end() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record; other uuid;
begin
    select * into held from commissioning_dispute d where d.id = new.dispute_id for update;
    if held.ended_at is not null and (tg_op = 'INSERT' or old.answer = '') then
        perform access.refuse('dispute_is_not_rewritten', 'This dispute has ended.');
    end if;
    if tg_op = 'INSERT' then
        if new.answer <> '' then
            perform access.refuse('proposed_end_starts_open', 'An end starts as a proposal.');
        end if;
        if new.proposed_for_id not in (held.one_body_id, held.other_body_id)
                or not access.speaks_for(new.proposed_by_id, new.proposed_for_id, held.place_id) then
            perform access.refuse('end_proposed_by_a_party', 'Who proposes the end speaks for one of the two.');
        end if;
        if new.settled_from < held.interim_from then
            perform access.refuse('dispute_end_says_who_pays_from_when', 'The day lies before the interim payer began.');
        end if;
        if new.settled_payer_id is not null and new.settled_payer_id not in (held.one_body_id, held.other_body_id) then
            perform access.refuse('settled_payer_is_a_party', 'That payer is none of the two.');
        end if;
        return new;
    end if;
    if to_jsonb(new) - array['answer', 'answered_for_id', 'answered_by_id', 'answered_at', 'answer_words', 'heard_from']
            is distinct from to_jsonb(old) - array['answer', 'answered_for_id', 'answered_by_id', 'answered_at',
            'answer_words', 'heard_from'] or old.answer <> '' then
        perform access.refuse('proposed_end_is_answered_once', 'A proposed end is answered once and not rewritten.');
    end if;
    if new.answer = 'withdrawn' then
        if not access.speaks_for(new.answered_by_id, old.proposed_for_id, held.place_id) then
            perform access.refuse('end_taken_back_by_its_side', 'Only the side that proposed it takes it back.');
        end if;
        return new;
    end if;
    other := case old.proposed_for_id when held.one_body_id then held.other_body_id else held.one_body_id end;
    if new.answered_for_id is distinct from other then
        perform access.refuse('end_confirmed_by_the_other_side', 'The other side answers.');
    end if;
    if not access.speaks_for(new.answered_by_id, other, held.place_id)
            and (new.heard_from = '' or access.speaks_for(null, other, held.place_id)) then
        perform access.refuse('end_confirmed_by_the_other_side', 'Who answers speaks for the other side.');
    end if;
    return new;
end $$;
create trigger check_proposed_end before insert or update on commissioning_proposedend
    for each row execute function access.check_proposed_end();

-- As in 0007_disputes.sql, and besides: an end is the one that both sides agreed, in the hand that confirmed it; and the
-- owner changes only by handing over.
create or replace function access.check_dispute() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare bought record;
begin
    -- Held until the transaction ends, as by whoever confirms a week (0007): of the two one waits for the other.
    select * into bought from commissioning_package p where p.id = new.package_id for update;
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - array['owner_id', 'ended_at', 'ended_by_id', 'ended_words', 'settled_payer_id',
                'settled_from', 'version'] is distinct from
                to_jsonb(old) - array['owner_id', 'ended_at', 'ended_by_id', 'ended_words', 'settled_payer_id',
                'settled_from', 'version'] or old.ended_at is not null then
            perform access.refuse('dispute_is_not_rewritten', 'Of a dispute only its owner and its end change.');
        end if;
        if new.owner_id <> old.owner_id and new.owner_id is distinct from (
                select h.to_owner_id from commissioning_disputehandover h where h.dispute_id = new.id
                order by h.handed_at desc, h.id desc limit 1) then
            perform access.refuse('dispute_handed_over_with_a_reason', 'A dispute is handed over, with who, why and when.');
        end if;
        if new.ended_at is not null and not exists (select from commissioning_proposedend e
                where e.dispute_id = new.id and e.answer = 'confirmed' and e.answered_by_id = new.ended_by_id
                  and e.settled_from = new.settled_from
                  and e.settled_payer_id is not distinct from new.settled_payer_id) then
            perform access.refuse('dispute_ended_by_both_sides', 'One side proposes the end, the other confirms it.');
        end if;
        return new;
    end if;
    if bought.state = 'ended' or bought.place_id <> new.place_id or new.ended_at is not null then
        perform access.refuse('dispute_about_a_live_package', 'A dispute is about a package that has not ended.');
    end if;
    if not exists (select from ledger_fund f join ledger_fundpartner p on p.fund_id = f.id
            where f.place_id = new.place_id and p.body_id = new.interim_payer_id and f.starts_on <= new.interim_from
              and (f.ends_on is null or new.interim_from < f.ends_on)) then
        perform access.refuse('interim_payer_is_a_partner', 'The interim payer shares in no fund of this place.');
    end if;
    if new.interim_from < bought.starts_on or exists (select from commissioning_deliveredweek w
            where w.package_id = new.package_id and w.week_starts_on >= new.interim_from) or exists (
            select from commissioning_dispute d where d.package_id = new.package_id
            and d.ended_at is not null and new.interim_from <= d.settled_from) then
        perform access.refuse('interim_begins_after_posted_weeks', 'Weeks from that day are posted or settled already.');
    end if;
    return new;
end $$;
-- Who confirms may be who opened it: the two sides are two hands already.
alter table commissioning_dispute drop constraint dispute_ended_by_another_hand;

-- The panel: members in post on the day, and as many of each side as the board asks for.

alter table commissioning_quorum enable row level security;
create policy seen on commissioning_quorum for select to app, worker using ((select access.caller()) is not null);
create policy set_by_the_board on commissioning_quorum for insert to app with check (set_by_id = (select access.caller())
    and coalesce(place_id = any (access.places_as('board_member')), false));
create trigger commissioning_is_append_only before update or delete on commissioning_quorum
    for each row execute function access.refuse_commissioning_change();
create trigger commissioning_is_never_emptied before truncate on commissioning_quorum
    for each statement execute function access.refuse_commissioning_change();

-- Whether a subject held an office of the panel in a place on a day of London: one holding, or any where none is named.
create function access.in_office_on(subject uuid, holding uuid, place uuid, day date) returns boolean
stable security definer begin atomic
    select exists (select from public.access_roleholding h where h.subject_id = in_office_on.subject
        and (in_office_on.holding is null or h.id = in_office_on.holding) and h.place_id = in_office_on.place
        and h.role in ('commissioner', 'practitioner', 'case_manager')
        and h.starts_at < (in_office_on.day + 1)::timestamp at time zone 'Europe/London'
        and (h.ends_at is null or h.ends_at > in_office_on.day::timestamp at time zone 'Europe/London'));
end;
create function access.check_member_office() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare meeting record;
begin
    select * into meeting from commissioning_meeting m where m.id = new.meeting_id;
    if new.holding_id is null or not access.in_office_on(new.subject_id, new.holding_id, meeting.place_id,
            meeting.held_on) then
        perform access.refuse('panel_member_in_post_on_the_day', 'A member holds an office of the place on that day.');
    end if;
    return new;
end $$;
create trigger check_member_office before insert on commissioning_member
    for each row execute function access.check_member_office();

-- How many members of a side are asked for in a place and for a kind of care: what the board set last for the kind, or
-- for everything; and one where it set nothing (as panel-quorum in parameters/panel.yaml; a test compares).
create function access.quorum_of(place uuid, kind text) returns table (nhs_members integer, council_members integer)
stable security definer set search_path = pg_catalog, public, pg_temp language sql as $$
    select coalesce(q.nhs_members, 1), coalesce(q.council_members, 1) from public.places_place here
    left join lateral (select q.nhs_members, q.council_members from public.commissioning_quorum q
        where q.place_id = quorum_of.place and q.kind in (quorum_of.kind, 'everything')
        order by (q.kind <> 'everything') desc, q.set_at desc limit 1) q on true
    where here.id = quorum_of.place;
$$;
-- Whether the meeting that an item is on has as many members in post on its day as are asked for.
create function access.panel_has_quorum(item uuid) returns boolean stable security definer begin atomic
    select coalesce((
        select count(*) filter (where m.side = 'nhs') >= q.nhs_members
            and count(*) filter (where m.side = 'council') >= q.council_members
        from public.commissioning_item i
        join public.commissioning_package p on p.id = i.package_id
        join public.plan_line l on l.id = p.line_id
        join public.commissioning_meeting g on g.id = i.meeting_id
        join public.commissioning_member m on m.meeting_id = g.id
            and access.in_office_on(m.subject_id, m.holding_id, g.place_id, g.held_on),
        lateral access.quorum_of(i.place_id, l.service_code) q
        where i.id = panel_has_quorum.item group by q.nhs_members, q.council_members), false);
end;
create function access.check_quorum() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare waiting uuid := case when tg_table_name = 'commissioning_item' then (to_jsonb(new) ->> 'id')::uuid
    else (select i.id from commissioning_item i where i.package_id = (to_jsonb(new) ->> 'package_id')::uuid
          and i.closed_at is null) end;
begin
    if waiting is not null and not access.panel_has_quorum(waiting) then
        perform access.refuse('panel_has_quorum', 'Too few members of a side were in post on the day of the meeting.');
    end if;
    return new;
end $$;
-- After check_decision and check_item by its name, so that they say first what is wrong besides.
create trigger check_quorum before insert on commissioning_decision
    for each row execute function access.check_quorum();
create trigger check_quorum before update on commissioning_item for each row
    when (new.closed_how = 'declined' and old.closed_how = '') execute function access.check_quorum();

-- Looking again at a decided package, and aftercare.
do $$
declare part text;
begin
    foreach part in array array['review', 'aftercare'] loop
        perform access.add_person_policies('commissioning_' || part, 'person_id');
        perform access.add_person_writing('commissioning_' || part, 'person_id', 'insert');
        execute format('create policy not_for_providers on commissioning_%s as restrictive for select to app, worker
            using ((select access.provider_of_caller()) is null)', part);
        execute format('create trigger commissioning_is_append_only before update or delete on commissioning_%s
            for each row execute function access.refuse_commissioning_change()', part);
        execute format('create trigger commissioning_is_never_emptied before truncate on commissioning_%s
            for each statement execute function access.refuse_commissioning_change()', part);
        execute format('create policy own_hand_insert on commissioning_%s as restrictive for insert to app, worker
            with check (%s_by_id = (select access.caller()) and (select access.holds_role(array[''coordinator'',
            ''practitioner'', ''case_manager'', ''commissioner'', ''accounting_officer''])))', part,
            case part when 'review' then 'reviewed' else 'written' end);
    end loop;
end $$;
alter table commissioning_review add constraint review_of_the_packages_person
    foreign key (package_id, person_id) references commissioning_package (id, person_id);
create function access.check_review() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare decided timestamptz;
begin
    select d.decided_at into decided from commissioning_decision d where d.package_id = new.package_id;
    if decided is null then
        perform access.refuse('review_of_a_decided_package', 'Only what was decided is looked at again.');
    end if;
    if new.reviewed_on < (decided at time zone 'Europe/London')::date
            or new.reviewed_on > (new.recorded_at at time zone 'Europe/London')::date then
        perform access.refuse('review_after_the_decision', 'It is looked at again after the decision and not tomorrow.');
    end if;
    return new;
end $$;
create trigger check_review before insert on commissioning_review
    for each row execute function access.check_review();

-- Aftercare is owed by the council in whose area the person lived, outside hospital, on the day of detention by the
-- finding that held then, and by an ICB; and a decision on aftercare under section 117 waits until both are named.
alter table commissioning_residence add constraint residence_with_its_person unique (id, person_id);
alter table commissioning_aftercare add constraint aftercare_of_the_residences_person
    foreign key (residence_id, person_id) references commissioning_residence (id, person_id);
create function access.check_aftercare() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare held record;
begin
    select * into held from commissioning_residence r where r.person_id = new.person_id and r.basis <> 'hospital'
        and r.since <= new.detained_on order by r.since desc, r.written_at desc, r.id desc limit 1;
    if (new.residence_id, new.council_id) is distinct from (held.id, held.council_id) then
        perform access.refuse('aftercare_by_residence_at_detention', 'That is not where they lived before detention.');
    end if;
    if not exists (select from places_body b where b.id = new.icb_id and b.kind = 'icb') then
        perform access.refuse('aftercare_owed_by_an_icb', 'That is no ICB.');
    end if;
    if new.detained_on > (new.written_at at time zone 'Europe/London')::date then
        perform access.refuse('aftercare_after_detention', 'The detention lies ahead.');
    end if;
    return new;
end $$;
create trigger check_aftercare before insert on commissioning_aftercare
    for each row execute function access.check_aftercare();
create function access.check_aftercare_named() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if exists (select from funding_assessment f join commissioning_package p on p.funding_id = f.id
            where p.id = new.package_id and f."case" #>> '{free_service,kind}' = 'section_117_aftercare')
            and not exists (select from commissioning_aftercare a join person_person x on x.id = a.person_id
                join person_person y on y.id = new.person_id
                where coalesce(x.canonical_id, x.id) = coalesce(y.canonical_id, y.id)) then
        perform access.refuse('aftercare_names_who_owes_it', 'Nobody wrote down who owes this aftercare.');
    end if;
    return new;
end $$;
create trigger check_aftercare_named before insert on commissioning_decision
    for each row execute function access.check_aftercare_named();
revoke execute on all functions in schema access from public;
grant execute on function access.speaks_for(uuid, uuid, uuid), access.speakers_of(uuid, uuid), access.quorum_of(uuid, text),
    access.panel_has_quorum(uuid) to app, worker;
