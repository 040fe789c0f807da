"""The addresses of this step's pages, under whatever the root gives them (`/places/`)."""

from django.urls import path

from joinedup.places import views

app_name = "places"
urlpatterns = [
    path("by-postcode", views.by_postcode, name="by_postcode"),
    path("<str:code>/", views.place, name="place"),
]
