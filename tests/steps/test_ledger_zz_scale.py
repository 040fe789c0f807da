import time, subprocess, sys
from datetime import date, timedelta
from uuid import uuid4
import pytest
from tests import factories as make
from tests.steps import ledger_books as books
def test_scale(database):
    from joinedup.ledger import queries
    from joinedup.ledger.actions import make_checkpoints
    from django.core.management import call_command
    book = books.open_book()
    t=time.perf_counter()
    for day in range(10):
        make.run("""with j as (insert into ledger_journal (id,fund_id,number,dated_on,recorded_at,by_id,memo,source_kind,source_id,purpose,request_key)
          select gen_random_uuid(), %s, 0, '2025-04-01'::date + (n %% 500), now(), gen_random_uuid(),'week','delivered_week',gen_random_uuid(),'cost','x' from generate_series(1,10000) n returning id, fund_id, dated_on)
          select count(*) from j""".replace("select count(*) from j","""insert into ledger_posting (id,journal_id,fund_id,account_id,line,amount_pence,dated_on,number)
          select gen_random_uuid(), j.id, j.fund_id, a.id, a.line, a.pence, j.dated_on, 0 from j, (select id, 1 as line, 500 as pence from ledger_account where fund_id=%s and code='cost-home-care:people' union all select id, 2, -500 from ledger_account where fund_id=%s and code='payable:people') a""") if False else "select 1")
    # one statement cannot see rows of the same statement's CTE in triggers: two statements in one transaction
    from django.db import connections, transaction
    with transaction.atomic(using="owner"), connections["owner"].cursor() as c:
        c.execute("""insert into ledger_journal (id,fund_id,number,dated_on,recorded_at,by_id,memo,source_kind,source_id,purpose,request_key)
          select gen_random_uuid(), %s, 0, '2025-04-01'::date + (n %% 500), now(), gen_random_uuid(),'week','delivered_week',gen_random_uuid(),'cost','x' from generate_series(1,100000) n""",[book.id])
        print("journals", time.perf_counter()-t)
        c.execute("""insert into ledger_posting (id,journal_id,fund_id,account_id,line,amount_pence,dated_on,number)
          select gen_random_uuid(), j.id, j.fund_id, a.id, a.line, a.pence, j.dated_on, 0 from ledger_journal j, (select id, 1 as line, 500 as pence from ledger_account where fund_id=%s and code='cost-home-care:people' union all select id, 2, -500 from ledger_account where fund_id=%s and code='payable:people') a where j.fund_id=%s""",[book.id]*3)
        print("postings", time.perf_counter()-t)
    print("commit", time.perf_counter()-t)
    make.run("analyze ledger_posting")
    def tb(on):
        with make.acting_as(book.officer.username):
            queries.trial_balance(book.id,on)
            t=time.perf_counter(); r=queries.trial_balance(book.id,on); e=time.perf_counter()-t
            t=time.perf_counter(); p=queries.account_lines(book.id,"payable:people",after="2026-07-01_1_1"); l=time.perf_counter()-t
        return round(e*1000,1), round(l*1000,1), r.total_pence
    print("no checkpoint", tb(date(2026,10,31)))
    with make.acting_as(book.officer.username) as by:
        t=time.perf_counter()
        make_checkpoints(by=by, at=books.AT, request_key=books.key(), through=date(2026,6,30))
        print("checkpoint", time.perf_counter()-t)
    make.run("analyze ledger_checkpoint")
    print("with checkpoint", tb(date(2026,10,31)), tb(date(2026,7,5)))
    for _ in range(20): books.post(book, books.week(book), on=date(2026,6,1))
    print("with late", tb(date(2026,7,5)))
    t=time.perf_counter(); print(make.run("select * from access.ledger_faults(%s)",[book.id],role="worker")); print("faults", time.perf_counter()-t)
    t=time.perf_counter()
    d=subprocess.run([sys.executable,"-m","joinedup","ledger","export","--format","beancount","--fund",book.code],capture_output=True,text=True); print("export",time.perf_counter()-t,len(d.stdout))
    small=books.open_book()
    for on,l in books.random_entries(small,3,50): books.post(small,l,on=on)
    d=subprocess.run([sys.executable,"-m","joinedup","ledger","export","--format","beancount","--fund",small.code],capture_output=True,text=True)
    open("/tmp/small.bean","w").write(d.stdout)
    print(subprocess.run(["/tmp/bean/bin/bean-check","/tmp/small.bean"],capture_output=True,text=True))
    call_command("makemigrations","ledger",check=True,dry_run=True)
