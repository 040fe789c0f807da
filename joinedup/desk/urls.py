"""Paths of the desk: the home page at the root, the tour, and why all this exists."""

from django.urls import path

from joinedup.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("tour", views.tour, name="tour"),
    path("why", views.why, name="why"),
]
