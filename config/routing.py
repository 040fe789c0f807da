"""Which connection reads which table: sign-in tables pass through `gate`, everything else through `default`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

SIGN_IN_APPS = frozenset({"account", "mfa", "sessions", "auth"})


class GateRouter:
    """Sends sign-in models to the alias `gate` in a serving process; migrations run as the owner on `default`."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """`gate` for sign-in tables when this process serves; Django's own choice otherwise."""
        if settings.SERVING_ROLE != "app" or "gate" not in settings.DATABASES:
            return None
        if model._meta.app_label in SIGN_IN_APPS or model._meta.label == "access.User":
            return "gate"
        return None

    db_for_write = db_for_read

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        """The aliases are one database under different roles, so rows may refer to each other."""
        return True
