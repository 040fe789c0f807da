"""How gunicorn serves the staff site: threads, loopback by default, nothing written outside the installation."""

import gc
import os
from typing import Any

YOUNG_OBJECTS = 20_000  # an eighth of a record page's work was looking for rings of dead objects every 700

bind = os.environ.get("JOINEDUP_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("JOINEDUP_WEB_WORKERS", "2"))
threads = int(os.environ.get("JOINEDUP_WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """What was loaded to serve lives as long as the worker: leave it out of every search for dead objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
