"""The Django app of the step `funding`."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Decided charges, each with its case and every step of its reasons."""

    name = "joinedup.funding"
    label = "funding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say on the page of a plan who pays for it."""
        from joinedup.funding.queries.beside import who_pays_for_plan
        from joinedup.plan.beside import register

        register(who_pays_for_plan)
