"""The addresses of what people pay, under whatever the root gives them (`/money/`)."""

from django.urls import path

from joinedup.funding import views

app_name = "funding"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("charges/<uuid:assessment_id>/", views.charge, name="charge"),
    path("charges/<uuid:assessment_id>/print/", views.printed, name="printed"),
    path("<uuid:person_id>/", views.of_person, name="of_person"),
    path("<uuid:person_id>/plans/<uuid:plan_id>/", views.work_out, name="work_out"),
]
