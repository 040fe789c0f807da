-- Of a week of care the NHS may pay a part, or all of it. The kept explanation ends in the pence of all who pay. One
-- that was kept before the rule spoke of the NHS says nothing of it: then the NHS pays nothing.
alter table funding_assessment drop constraint charge_is_what_its_steps_say;
alter table funding_assessment add constraint charge_is_what_its_steps_say check (
    explanation ?& array['weekly_charge', 'council_pays', 'steps']
    and (explanation ->> 'weekly_charge')::numeric * 100 = weekly_charge_pence
    and (explanation ->> 'council_pays')::numeric * 100 = council_pays_pence
    and coalesce((explanation ->> 'nhs_pays')::numeric, 0) * 100 = nhs_pays_pence
    and "case" ? 'weekly_cost'
    and ("case" ->> 'weekly_cost')::numeric * 100 = weekly_cost_pence
    and jsonb_array_length(explanation -> 'steps') > 0);
