"""The Django app of the step `door`."""

from django.apps import AppConfig


class DoorConfig(AppConfig):
    """Calls, the requests they open, and how requests are shared and handed over."""

    name = "joinedup.door"
    label = "door"
    default_auto_field = "django.db.models.BigAutoField"
