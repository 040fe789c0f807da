"""The addresses of plans and visits, under whatever the root gives them (`/plans/`)."""

from django.urls import path

from joinedup.plan.views import handovers, plans, visits

app_name = "plan"
urlpatterns = [
    path("mine/", plans.mine, name="mine"),
    path("people/<uuid:person_id>/", plans.of_person, name="of_person"),
    path("people/<uuid:person_id>/visits/", visits.calendar, name="calendar"),
    path("people/<uuid:person_id>/visits/book/", visits.book, name="book"),
    path("visits/<uuid:visit_id>/", visits.visit, name="visit"),
    path("visits/stopped/<uuid:stopped_id>/", visits.stopped, name="stopped"),
    path("lines/<uuid:line_id>/", plans.line, name="line"),
    path("<uuid:plan_id>/", plans.plan, name="plan"),
    path("<uuid:plan_id>/print/", plans.printed, name="printed"),
    path("<uuid:plan_id>/what-matters/", plans.what_matters, name="what_matters"),
    path("<uuid:plan_id>/goals/", plans.goal, name="goal"),
    path("<uuid:plan_id>/goals/<uuid:goal_id>/take-out/", plans.take_out, name="take_out_goal"),
    path("<uuid:plan_id>/care/", plans.care, name="care"),
    path("<uuid:plan_id>/actions/", plans.action, name="action"),
    path("<uuid:plan_id>/agree/", plans.agree, name="agree"),
    path("<uuid:plan_id>/case-manager/", plans.case_manager, name="case_manager"),
    path("<uuid:plan_id>/hand-over/", handovers.offer, name="hand_over"),
    path("handovers/<uuid:handover_id>/", handovers.answer, name="answer_handover"),
    path("<uuid:plan_id>/end/", plans.end, name="end"),
]
