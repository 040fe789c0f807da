"""The Django app of the step `extract`."""

from django.apps import AppConfig


class ExtractConfig(AppConfig):
    """The views that the role `extractor` reads; no tables of its own."""

    name = "joinedup.extract"
    label = "extract"
