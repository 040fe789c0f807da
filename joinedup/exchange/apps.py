"""The Django app of the step `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Loads, their files, and every refusal."""

    name = "joinedup.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
