"""The Django app of the desk; it composes pages over other steps and has no tables of its own."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Home, tour, and later the call, My money and the drill-downs."""

    name = "joinedup.desk"
    label = "desk"
