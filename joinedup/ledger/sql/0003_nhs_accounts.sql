-- What the NHS bears alone is posted on accounts of its own. Every partner of its side gets them; a fund that is opened
-- later has them in its chart.
insert into ledger_account (id, fund_id, code, name, kind, partner_id, earmark)
    select gen_random_uuid(), p.fund_id, v.purpose || ':' || b.code, v.name, 'expense', p.id, ''
    from ledger_fundpartner p join places_body b on b.id = p.body_id
    cross join (values ('cost-funded-nursing-care', 'NHS-funded nursing care'),
        ('cost-continuing-healthcare', 'NHS continuing healthcare')) v (purpose, name)
    where p.side = 'nhs' on conflict do nothing;
