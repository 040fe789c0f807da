"""The Django app of the step `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tables of subjects, roles, grants and logs; everything the row policies read."""

    name = "joinedup.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
