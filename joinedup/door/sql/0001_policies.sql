-- Row security of the front door. A receiver of a referral sees the request before accepting it, because referring gives
-- their team a grant; the grant of a declined referral ends with the answer.
select access.add_person_policies(t, 'person_id') from (values ('door_contact'), ('door_request'), ('door_referral')) v (t);
select access.add_person_writing(t, 'person_id', 'insert')
    from (values ('door_contact'), ('door_request'), ('door_referral')) v (t);
select access.add_person_writing(t, 'person_id', 'update') from (values ('door_request'), ('door_referral')) v (t);
create trigger keep_history after update or delete on door_request
    for each row execute function access.keep_history();
create trigger keep_history after update or delete on door_referral
    for each row execute function access.keep_history();

-- First contact never moves: the clock belongs to the request.
create function access.refuse_clock_change() returns trigger language plpgsql as $$
begin
    if new.clock_started_at is distinct from old.clock_started_at then
        raise exception 'The clock of a request starts at first contact and is never set back.'
            using errcode = 'check_violation', constraint = 'clock_starts_at_first_contact';
    end if;
    return new;
end $$;
create trigger clock_starts_at_first_contact before update on door_request
    for each row execute function access.refuse_clock_change();
revoke execute on all functions in schema access from public;
