"""Django for tests of pages, before their modules are imported: views stand on models, which cannot be read without it.

The server is started first: settings read where it listens, once a process, and would keep the wrong address.
"""

from __future__ import annotations

import django

from config.databases import ensure_server

ensure_server()
django.setup()
