"""Django for tests of pages, before their modules are imported: views stand on models, which cannot be read without it.

No database is asked for here; a test that needs one says so.
"""

from __future__ import annotations

import django

django.setup()
