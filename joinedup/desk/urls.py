"""Paths of the desk: the home page at the root, the tour, why all this exists, the call and its requests."""

from django.urls import path

from joinedup.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("tour", views.tour, name="tour"),
    path("why", views.why, name="why"),
    path("call/", views.call, name="call"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:request_id>/", views.request_page, name="request"),
    path("requests/<uuid:request_id>/next-step/", views.next_step, name="next_step"),
    path("requests/<uuid:request_id>/pass-on/", views.pass_on, name="pass_on"),
    path("requests/<uuid:request_id>/state/", views.set_state, name="state"),
    path("requests/<uuid:request_id>/first-help/", views.first_service, name="first_service"),
    path("referrals/<uuid:referral_id>/answer/", views.answer, name="answer"),
]
