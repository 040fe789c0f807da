"""The Django app of the step `plan`."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Agreed plans with goals and lines, named case managers, visits, and duplicate visits that were stopped."""

    name = "joinedup.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
