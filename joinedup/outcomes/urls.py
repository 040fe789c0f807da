"""The addresses of the staff pages of figures, under whatever the root gives them (`/figures/`)."""

from django.urls import path

from joinedup.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("measures/", views.measures, name="measures"),
    path("prepare/", views.prepare, name="prepare"),
    path("<uuid:release_id>/", views.release, name="release"),
    path("<uuid:release_id>/approve/", views.approve, name="approve"),
    path("<uuid:release_id>/set-aside/", views.set_aside, name="set_aside"),
]
