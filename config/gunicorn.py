"""How gunicorn serves the staff site: threads, loopback by default, nothing written outside the installation."""

import os

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
