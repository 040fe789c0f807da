"""The Django app of the step `assessment`."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Joint assessments, their two sections, every writing of them, and decisions on eligibility."""

    name = "joinedup.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
