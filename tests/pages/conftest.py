"""Django for tests of pages, before their modules are imported: views stand on models, which cannot be read without it.

The server is started first: settings read where it listens, once a process, and would keep the wrong address.
"""

from __future__ import annotations

import threading
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import pytest

from config.databases import ensure_server

ensure_server()
django.setup()


@pytest.fixture(scope="module")
def live(database):
    """The staff site on a port of this machine."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_):
            pass

    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", cookie=settings.TOKEN_COOKIE)
    server.shutdown()
    server.server_close()
