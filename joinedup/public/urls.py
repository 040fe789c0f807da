"""The addresses of the public site, at its root."""

from django.urls import path

from joinedup.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("places/<str:code>/", views.place, name="place"),
]
