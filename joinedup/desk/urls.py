"""Paths of the desk: home at the root, the tour and the public reasons, the call, requests, the way back, funds."""

from django.urls import path

from joinedup.desk import views
from joinedup.desk.views import duty, following, funds, gaps, law, my_money, privacy, promised, retention, what_if

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("tour", views.tour, name="tour"),
    path("why", views.why, name="why"),
    path("promised", promised.promised, name="promised"),
    path("law/", law.figures, name="law"),
    path("law/<slug:name>/", law.figure, name="law_figure"),
    path("call/", views.call, name="call"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:request_id>/", views.request_page, name="request"),
    path("requests/<uuid:request_id>/next-step/", views.next_step, name="next_step"),
    path("requests/<uuid:request_id>/pass-on/", views.pass_on, name="pass_on"),
    path("requests/<uuid:request_id>/state/", views.set_state, name="state"),
    path("requests/<uuid:request_id>/first-help/", views.first_service, name="first_service"),
    path("referrals/<uuid:referral_id>/answer/", views.answer, name="answer"),
    path("duty/", duty.duty, name="duty"),
    path("duty/<uuid:desk_id>/", duty.put_on, name="duty_put_on"),
    path("duty/shifts/<uuid:shift_id>/end/", duty.end, name="duty_end"),
    path("follow/", following.follow, name="follow"),
    path("follow/<uuid:release_id>/<slug:measure>/", following.figure, name="figure_back"),
    path("follow/<uuid:release_id>/<slug:measure>/<uuid:person_id>/", following.person, name="person_back"),
    path("my-money/", my_money.mine, name="money"),
    path("my-money/<uuid:person_id>/", my_money.page, name="my_money"),
    path("privacy/", privacy.desk, name="privacy"),
    path("privacy/items.csv", privacy.file, name="privacy_file"),
    path("privacy/glass/<uuid:ask_id>/", privacy.glass, name="privacy_glass"),
    path("privacy/questions/<uuid:question_id>/", privacy.question, name="privacy_question"),
    path("privacy/retention/", retention.retention, name="retention"),
    path("privacy/retention.csv", retention.file, name="retention_file"),
    path("privacy/items/<str:item>/", privacy.item, name="privacy_item"),
    path("what-if/", what_if.what_if, name="what_if"),
    path("what-if/result.json", what_if.result, name="what_if_result"),
    path("what-if/chart.svg", what_if.drawing, name="what_if_chart"),
    path("plans/gaps/", gaps.gaps, name="gaps"),
    path("funds/", funds.funds, name="funds"),
    path("funds/journals/<uuid:journal_id>/", funds.journal, name="journal"),
    path("funds/<slug:code>/", funds.fund, name="fund"),
    path("funds/<slug:code>/accounts/<str:account>/", funds.account, name="fund_account"),
]
