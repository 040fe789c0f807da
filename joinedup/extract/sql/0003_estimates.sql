-- How far a bill lies from the range that a family was told on the first call: 0 within it, else pence above or (below
-- nothing) below. An open end of the range stands for the whole cost. The same as `estimate_difference.where_it_lies`;
-- a test compares.
create function access.off_the_range(charge bigint, cost bigint, lowest bigint, highest bigint) returns bigint immutable
begin atomic
    select case when charge < coalesce(lowest, cost) then charge - coalesce(lowest, cost)
        when charge > coalesce(highest, cost) then charge - coalesce(highest, cost) else 0 end;
end;

-- First estimates that a charge has answered, the latest of each person: how far the first bill lies from the range, and
-- how far the last one does. The last bill is the plan's newest charge, or where whole weeks were adjusted under that
-- charge the newest of them. Neither the range nor the bill leaves, only the distance.
create view extract_estimate as
    select distinct on (s.pseudonym) s.pseudonym, s.place, c.as_at as first_bill_on,
        d.difference_pence as first_off_pence,
        access.off_the_range(coalesce(a.should_be_pence, l.weekly_charge_pence), l.weekly_cost_pence, e.lowest_pence,
            e.highest_pence) as last_off_pence
    from access.extract_subject s join funding_estimatedifference d on d.person_id = s.person_id
    join funding_firstestimate e on e.id = d.estimate_id join funding_assessment c on c.id = d.charge_id
    cross join lateral (select n.* from funding_assessment n where n.plan_id = c.plan_id and n.decided_at <= s.run_at
        order by n.decided_at desc, n.id desc limit 1) l
    left join lateral (select j.should_be_pence from funding_adjustment j where j.charge_id = l.id
        and j.decided_at <= s.run_at and array_position(j.days_pence, null) is null
        order by j.week_starts_on desc, j.decided_at desc, j.id desc limit 1) a on true
    where d.recorded_at <= s.run_at and c.as_at <= s.as_at
    order by s.pseudonym, d.recorded_at desc, d.id desc;

revoke execute on all functions in schema access from public;
grant execute on function access.off_the_range(bigint, bigint, bigint, bigint) to extractor;
