-- Row security of assessments, and what must hold of them whatever a serving role sends by hand.

select access.add_person_policies(t, 'person_id') from (values
    ('assessment_assessment'), ('assessment_section'), ('assessment_writing'), ('assessment_eligibility')) v (t);
select access.add_person_writing(t, 'person_id', 'insert') from (values
    ('assessment_assessment'), ('assessment_section'), ('assessment_eligibility')) v (t);
select access.add_person_writing(t, 'person_id', 'update') from (values
    ('assessment_assessment'), ('assessment_section')) v (t);

-- Nobody starts, writes or decides under another's name.
create policy own_hand_insert on assessment_assessment as restrictive for insert to app, worker
    with check (started_by_id = (select access.caller()));
create policy own_hand_insert on assessment_section as restrictive for insert to app, worker
    with check (author_id is null and version = 0);
create policy own_hand_update on assessment_section as restrictive for update to app, worker
    with check (author_id = (select access.caller()));
create policy own_hand_insert on assessment_eligibility as restrictive for insert to app, worker
    with check (decided_by_id = (select access.caller()));

-- A part belongs to the person of its whole, whoever may see both.
alter table assessment_section add constraint section_of_the_assessments_person
    foreign key (assessment_id, person_id) references assessment_assessment (id, person_id);
alter table assessment_writing add constraint writing_of_the_assessments_person
    foreign key (assessment_id, person_id) references assessment_assessment (id, person_id);
alter table assessment_eligibility add constraint eligibility_of_the_assessments_person
    foreign key (assessment_id, person_id) references assessment_assessment (id, person_id);

-- Which kinds of body write which side. A care trust is both.
create function access.body_fits_side(body_kind text, side text) returns boolean immutable begin atomic
    select case side
        when 'health' then body_kind in ('nhs_trust', 'care_trust', 'gp_practice', 'icb', 'ccg', 'pct')
        when 'social_care' then body_kind in ('council', 'care_trust') end;
end;

create function access.kind_of_body(subject uuid) returns text stable security definer begin atomic
    select b.kind from public.access_subject s join public.places_body b on b.id = s.body_id where s.id = subject;
end;

-- A section is written by somebody of its side, while the assessment is open; each saving is kept whole.
create function access.check_section() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
declare assessment_state text;
begin
    if tg_op = 'UPDATE' and (new.assessment_id, new.person_id, new.side) is distinct from
            (old.assessment_id, old.person_id, old.side) then
        raise exception 'A section stays in its assessment.' using errcode = 'check_violation',
            constraint = 'section_stays_in_its_assessment';
    end if;
    select a.state into assessment_state from assessment_assessment a where a.id = new.assessment_id for share;
    if assessment_state = 'complete' then
        raise exception 'A complete assessment is kept as it is.' using errcode = 'check_violation',
            constraint = 'complete_assessment_is_kept';
    end if;
    if tg_op = 'UPDATE' and new.version <> old.version + 1 then
        raise exception 'Each saving of a section is one version.' using errcode = 'check_violation',
            constraint = 'section_version_counts_up';
    end if;
    if new.author_id is not null and not coalesce(
            access.body_fits_side(access.kind_of_body(new.author_id), new.side), false) then
        raise exception 'This section is written by somebody of the other side.' using errcode = 'check_violation',
            constraint = 'section_author_fits_side';
    end if;
    return new;
end $$;
create trigger check_section before insert or update on assessment_section
    for each row execute function access.check_section();

create function access.keep_writing() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    insert into assessment_writing (id, section_id, assessment_id, person_id, side, author_id, version, state, answers,
        written_at)
    values (uuidv7(), new.id, new.assessment_id, new.person_id, new.side, new.author_id, new.version, new.state,
        new.answers, new.written_at);
    return null;
end $$;
create trigger keep_writing after update on assessment_section
    for each row execute function access.keep_writing();

-- An assessment is complete when both sides are done, and then stays as it is.
create function access.check_assessment() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'open' then
            raise exception 'An assessment starts open.' using errcode = 'check_violation',
                constraint = 'assessment_starts_open';
        end if;
        return new;
    end if;
    if old.state = 'complete' or (new.person_id, new.place_id, new.started_by_id, new.started_at) is distinct from
            (old.person_id, old.place_id, old.started_by_id, old.started_at) then
        raise exception 'A complete assessment is kept as it is.' using errcode = 'check_violation',
            constraint = 'complete_assessment_is_kept';
    end if;
    if new.state = 'complete' and (select count(*) from assessment_section s
            where s.assessment_id = new.id and s.state = 'done') <> 2 then
        raise exception 'An assessment is complete when both sides are done.' using errcode = 'check_violation',
            constraint = 'complete_assessment_has_both_sides';
    end if;
    return new;
end $$;
create trigger check_assessment before insert or update on assessment_assessment
    for each row execute function access.check_assessment();

-- Eligibility is decided on a complete assessment, by somebody of the council's side.
create function access.check_eligibility() returns trigger
security definer set search_path = pg_catalog, public, pg_temp language plpgsql as $$
begin
    if not exists (select from assessment_assessment a where a.id = new.assessment_id and a.state = 'complete') then
        raise exception 'Eligibility is decided when both sides are done.' using errcode = 'check_violation',
            constraint = 'eligibility_needs_complete_assessment';
    end if;
    if not coalesce(access.body_fits_side(access.kind_of_body(new.decided_by_id), 'social_care'), false) then
        raise exception 'Eligibility is decided by somebody who acts for the council.'
            using errcode = 'check_violation', constraint = 'eligibility_decided_for_the_council';
    end if;
    return new;
end $$;
create trigger check_eligibility before insert on assessment_eligibility
    for each row execute function access.check_eligibility();

create trigger keep_history after update or delete on assessment_assessment
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on assessment_section
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on assessment_eligibility
    for each row execute function access.keep_history();

revoke execute on all functions in schema access from public;
