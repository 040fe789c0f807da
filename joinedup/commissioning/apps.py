"""The Django app of the step `commissioning`."""

from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    """Packages of care, who pays which part, delegations, decisions, and weeks that were delivered."""

    name = "joinedup.commissioning"
    label = "commissioning"
    default_auto_field = "django.db.models.BigAutoField"
