"""The Django app of the step `funding`."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Decided charges, each with its case and every step of its reasons."""

    name = "joinedup.funding"
    label = "funding"
    default_auto_field = "django.db.models.BigAutoField"
