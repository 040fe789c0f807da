-- The days of an adjusted week are what the week should be; empty is a day before the first that was charged. Every
-- adjustment from now on has them: what is posted to the fund is taken from the days, because weeks of a package may begin
-- on another day than weeks of a charge.
create function access.sum_of(pence bigint[]) returns bigint immutable begin atomic
    select coalesce(sum(p), 0)::bigint from unnest(pence) p;
end;
alter table funding_adjustment add constraint adjustment_days_are_its_week check (days_pence is null or (
    cardinality(days_pence) = 7 and coalesce(0 <= all (days_pence), true) and access.sum_of(days_pence) = should_be_pence));
alter table funding_adjustment add constraint adjustment_has_its_days check (days_pence is not null) not valid;
revoke execute on all functions in schema access from public;
grant execute on function access.sum_of(bigint[]) to app, worker;
