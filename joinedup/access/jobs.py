"""Background work of `access`: sealing both logs every minute, and each night what keeps them and sessions in order.

Runs as the service subject of the role `worker`. Sealing is safe to run twice or side by side: the database lets one
sealer in at a time.
"""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from joinedup.access.anchors import LOGS, seal_log
from joinedup.access.callers import acting_as_service

QUEUE = "upkeep"
MONTHS_AHEAD = 12


@app.periodic(cron="* * * * *", periodic_id="access.seal_logs")
@app.task(name="access.seal_logs", queue=QUEUE, queueing_lock="access.seal_logs")
def seal_logs(timestamp: int) -> dict[str, int]:
    """Seal what was committed since the last minute; returns rows sealed by log."""
    return {which: seal_log(which) for which in LOGS}


@app.periodic(cron="17 2 * * *", periodic_id="access.tidy_up")
@app.task(name="access.tidy_up", queue=QUEUE, queueing_lock="access.tidy_up")
def tidy_up(timestamp: int) -> dict[str, int]:
    """Make the logs' partitions a year ahead, and forget sessions and delegations that ended."""
    with acting_as_service(), connection.cursor() as cursor:
        cursor.execute("select access.make_log_partitions(%s), access.forget_ended()", [MONTHS_AHEAD])
        partitions, forgotten = cursor.fetchone()
    return {"partitions": int(partitions), "forgotten": int(forgotten)}
