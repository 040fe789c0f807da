"""The Django app of the public site: templates only; it has no tables."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Pages from released figures and places."""

    name = "joinedup.public"
    label = "public"
