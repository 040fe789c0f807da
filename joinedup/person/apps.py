"""The Django app of the step `person`."""

from django.apps import AppConfig


class PersonConfig(AppConfig):
    """Source records, the people derived from them, their timeline, and questions that a person must decide."""

    name = "joinedup.person"
    label = "person"
    default_auto_field = "django.db.models.BigAutoField"
