"""The Django app of the step `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Tables of areas, bodies, offices and postcodes; everybody who serves may read them."""

    name = "joinedup.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
