"""The Django app of the page shell; it has templates and static files and no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, components, error pages and the one style sheet of ours."""

    name = "joinedup.web"
    label = "web"
