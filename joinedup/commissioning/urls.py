"""The addresses of packages, under whatever the root gives them (`/packages/`)."""

from django.urls import path

from joinedup.commissioning.views import disputes, packages, panel

app_name = "commissioning"
urlpatterns = [
    path("", packages.board, name="board"),
    path("delegations/", packages.delegations, name="delegations"),
    path("delegations/quorum/", packages.quorum, name="quorum"),
    path("delegations/<uuid:delegation_id>/end/", packages.end_delegation, name="end_delegation"),
    path("panel/", panel.agenda, name="panel"),
    path("panel/meetings/", panel.meeting, name="meeting"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<uuid:dispute_id>/", disputes.dispute, name="dispute"),
    path("disputes/<uuid:dispute_id>/ends/<uuid:end_id>/", disputes.answer_end, name="answer_end"),
    path("disputes/<uuid:dispute_id>/hand-over/", disputes.hand_over, name="hand_over_dispute"),
    path("people/<uuid:person_id>/residence/", disputes.residence, name="residence"),
    path("people/<uuid:person_id>/aftercare/", disputes.aftercare, name="aftercare"),
    path("lines/<uuid:line_id>/", packages.propose, name="propose"),
    path("<uuid:package_id>/", packages.package, name="package"),
    path("<uuid:package_id>/print/", packages.printed, name="printed"),
    path("<uuid:package_id>/ask/", packages.ask, name="ask"),
    path("<uuid:package_id>/panel/", panel.item, name="item"),
    path("<uuid:package_id>/queue/", panel.queue, name="queue"),
    path("<uuid:package_id>/agenda/", panel.put, name="put_on_agenda"),
    path("<uuid:package_id>/decide/", packages.decide, name="decide"),
    path("<uuid:package_id>/decline/", panel.decline, name="decline"),
    path("<uuid:package_id>/tell/", panel.tell, name="tell"),
    path("<uuid:package_id>/review/", panel.review, name="review"),
    path("<uuid:package_id>/conditions/<uuid:condition_id>/", panel.condition, name="condition"),
    path("<uuid:package_id>/dispute/", disputes.open_dispute, name="open_dispute"),
    path("<uuid:package_id>/weeks/", packages.week, name="week"),
    path("<uuid:package_id>/adjustments/", packages.adjustments, name="adjustments"),
    path("<uuid:package_id>/end/", packages.end, name="end"),
]
