"""The addresses of assessments, under whatever the root gives them (`/assessments/`)."""

from django.urls import path

from joinedup.assessment import views

app_name = "assessment"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("people/<uuid:person_id>/", views.of_person, name="of_person"),
    path("<uuid:assessment_id>/", views.assessment, name="assessment"),
    path("<uuid:assessment_id>/eligibility/", views.eligibility, name="eligibility"),
    path("<uuid:assessment_id>/<slug:side>/", views.section, name="section"),
]
