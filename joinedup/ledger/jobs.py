"""Background work of the ledger: each night the balance of every account is kept, so that no page adds up the year.

Runs as the service subject of the role `worker`, and is safe to run twice: a balance kept is not kept again.
"""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from joinedup.access.callers import acting_as_service
from joinedup.base import clock
from joinedup.base.acts import derived_request_key
from joinedup.ledger.actions import make_checkpoints

QUEUE = "upkeep"


@app.periodic(cron="41 2 * * *", periodic_id="ledger.keep_balances")
@app.task(name="ledger.keep_balances", queue=QUEUE, queueing_lock="ledger.keep_balances")
def keep_balances(timestamp: int) -> int:
    """Keep the balances after yesterday; returns how many."""
    yesterday = clock.today() - timedelta(days=1)
    with acting_as_service() as service:
        return make_checkpoints(
            by=service,
            at=clock.now(),
            request_key=derived_request_key("ledger.keep_balances", str(yesterday), str(timestamp)),
            through=yesterday,
        )
