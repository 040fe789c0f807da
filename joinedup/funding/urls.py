"""The addresses of what people pay, under whatever the root gives them (`/money/`)."""

from django.urls import path

from joinedup.funding import views
from joinedup.funding.views import appeals, evidence, own_telling, statement, taken_tests

app_name = "funding"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("charges/<uuid:assessment_id>/", views.charge, name="charge"),
    path("charges/<uuid:assessment_id>/print/", views.printed, name="printed"),
    path("charges/<uuid:assessment_id>/statement/", statement.page, name="statement"),
    path("charges/<uuid:assessment_id>/statement.pdf", statement.file, name="statement_file"),
    path("charges/<uuid:assessment_id>/appeal/", appeals.raising, name="raise_appeal"),
    path("appeals/", appeals.listed, name="appeals"),
    path("appeals.csv", appeals.file, name="appeals_file"),
    path("appeals/<uuid:appeal_id>/", appeals.answering, name="appeal"),
    path("appeals/<uuid:appeal_id>/hand-over/", appeals.hand_over, name="hand_over_appeal"),
    path("estimates/", appeals.estimates, name="estimates"),
    path("<uuid:person_id>/evidence/", evidence.evidence, name="evidence"),
    path("<uuid:person_id>/evidence/<uuid:evidence_id>/", evidence.correct, name="correct"),
    path("own-words/", own_telling.waiting, name="own_words_waiting"),
    path("own-words/<uuid:telling_id>/", own_telling.answer, name="own_words_answer"),
    path("<uuid:person_id>/own-words/", own_telling.own_words, name="own_words"),
    path("<uuid:person_id>/tests/<slug:test>/", taken_tests.page, name="test"),
    path("<uuid:person_id>/", views.of_person, name="of_person"),
    path("<uuid:person_id>/plans/<uuid:plan_id>/", views.work_out, name="work_out"),
]
