"""The Django app of the step `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Tables of funds, accounts, journals and postings; the database refuses what does not balance."""

    name = "joinedup.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
