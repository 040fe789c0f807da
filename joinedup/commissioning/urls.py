"""The addresses of packages, under whatever the root gives them (`/packages/`)."""

from django.urls import path

from joinedup.commissioning import views

app_name = "commissioning"
urlpatterns = [
    path("", views.board, name="board"),
    path("delegations/", views.delegations, name="delegations"),
    path("delegations/<uuid:delegation_id>/end/", views.end_delegation, name="end_delegation"),
    path("lines/<uuid:line_id>/", views.propose, name="propose"),
    path("<uuid:package_id>/", views.package, name="package"),
    path("<uuid:package_id>/ask/", views.ask, name="ask"),
    path("<uuid:package_id>/decide/", views.decide, name="decide"),
    path("<uuid:package_id>/weeks/", views.week, name="week"),
    path("<uuid:package_id>/end/", views.end, name="end"),
]
