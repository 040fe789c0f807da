-- The end of a dispute in two hands, and the handing over of its care.

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
revoke execute on all functions in schema access from public;
grant execute on function access.speaks_for(uuid, uuid, uuid) to app, worker;
