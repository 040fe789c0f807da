"""The addresses of the pages of loads, under whatever the root gives them (`/loads/`)."""

from django.urls import path

from joinedup.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.loads, name="loads"),
    path("record/<uuid:person_id>/", views.export_record, name="export_record"),
    path("record/<uuid:person_id>/money/", views.export_money, name="export_money"),
    path("<uuid:load_id>/", views.load, name="load"),
    path("rows/<uuid:row_id>/", views.row, name="row"),
    path("<uuid:load_id>/refusals.csv", views.refusals_file, name="refusals_file"),
]
