"""The Django app of the step `outcomes`."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """Releases and their figures."""

    name = "joinedup.outcomes"
    label = "outcomes"
