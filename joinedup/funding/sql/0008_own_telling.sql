-- What people tell of their own money, and what became of it: who sees and writes it, and what must hold of it whatever a
-- serving role sends by hand. Both tables are append-only; no test reads either of them.

select access.add_person_policies(t, 'person_id'), access.add_person_writing(t, 'person_id', 'insert') from (values
    ('funding_owntelling'), ('funding_owntellingend')) v (t);

do $$
declare t text;
begin
    foreach t in array array['funding_owntelling', 'funding_owntellingend'] loop
        execute format('create policy not_for_providers on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''provider''])))', t);
        execute format('create policy not_by_right_of_health on %I as restrictive for select to app, worker
            using (not (select access.holds_role(array[''person''])) or access.may_see_money(person_id))', t);
        execute format('create policy by_money_right on %I for select to app
            using ((select access.holds_role(array[''person''])) and access.has_money_right(person_id))', t);
        execute format('create policy by_money_right_insert on %I for insert to app
            with check ((select access.holds_role(array[''person''])) and access.has_money_right(person_id))', t);
        execute format('create trigger append_only before update or delete on %I
            for each row execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
        execute format('create trigger never_emptied before truncate on %I
            for each statement execute function access.refuse_money_change(%L)', t, replace(t, 'funding_', '') || '_is_append_only');
    end loop;
end $$;

-- Whether the caller may tell of this person's money as their own word: the person, or who acts for them in money.
create function access.tells_own_money(person uuid) returns boolean stable parallel restricted security definer
begin atomic
    select access.has_money_right(person) or exists (select from public.access_accessgrant g where g.person_id = person
        and g.subject_id = access.caller() and g.purpose = 'own_record'
        and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at));
end;

create policy own_hand_insert on funding_owntelling as restrictive for insert to app, worker
    with check (told_by_id = (select access.caller()) and (select access.holds_role(array['person']))
        and access.tells_own_money(person_id));
-- The roles are those that carry tell_evidence in joinedup/access/roles.py, but for taking it back; a test compares.
create policy own_hand_insert on funding_owntellingend as restrictive for insert to app, worker
    with check (ended_by_id = (select access.caller()) and (ends = 'withdrawn' and access.tells_own_money(person_id)
        or ends <> 'withdrawn' and (select access.holds_role(array['practitioner', 'case_manager']))));

alter table funding_owntellingend add constraint own_telling_end_of_its_person
    foreign key (telling_id, person_id) references funding_owntelling (id, person_id);
alter table funding_owntellingend add constraint own_telling_accepted_for_its_person
    foreign key (evidence_id, person_id) references funding_evidence (id, person_id);

-- Whose word it is stands with the row; taken back by who told it, answered by somebody else, accepted as it was told.
create function access.check_own_telling_end() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare told funding_owntelling; piece funding_evidence;
begin
    select * into told from funding_owntelling t where t.id = new.telling_id;
    select * into piece from funding_evidence e where e.id = new.evidence_id;
    if new.ends = 'withdrawn' and new.ended_by_id <> told.told_by_id then
        perform access.refuse('own_telling_taken_back_by_its_teller', 'Who told it takes it back.');
    end if;
    if new.ends <> 'withdrawn' and new.ended_by_id = told.told_by_id then
        perform access.refuse('own_telling_answered_by_another', 'Nobody accepts or refuses their own word.');
    end if;
    if new.ends = 'accepted' and (piece.topic, piece.kind, piece.amount_pence, piece.starts_on, piece.more)
            is distinct from (told.topic, told.kind, told.amount_pence, told.starts_on, told.more) then
        perform access.refuse('own_telling_accepted_as_it_was_told', 'What is accepted is what was told.');
    end if;
    return new;
end $$;
create trigger check_own_telling_end before insert on funding_owntellingend
    for each row execute function access.check_own_telling_end();

revoke execute on all functions in schema access from public;
grant execute on function access.tells_own_money(uuid) to app, worker;
