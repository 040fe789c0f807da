"""The addresses of the record's pages, under whatever the root gives them (`/people/`)."""

from django.urls import path

from joinedup.person import link_views, seal_views, views

app_name = "person"
urlpatterns = [
    path("", views.search, name="search"),
    path("mine/", views.mine, name="mine"),
    path("questions/", views.questions, name="questions"),
    path("glass/", views.glass, name="glass"),
    path("acting/", views.acting, name="acting"),
    path("questions/<uuid:item_id>/", link_views.question, name="question"),
    path("links/<uuid:link_id>/", link_views.link, name="link"),
    path("apart/<uuid:decision_id>/", link_views.apart, name="apart"),
    path("linking/", views.link_models, name="link_models"),
    path("linking/<int:version>/", views.link_model, name="link_model"),
    path("<uuid:person_id>/links/", link_views.links, name="links"),
    path("<uuid:person_id>/", views.record, name="record"),
    path("<uuid:person_id>/about-me/", views.about_me, name="about_me"),
    path("<uuid:person_id>/summary/", views.summary, name="summary"),
    path("<uuid:person_id>/facts/", views.fact_sources, name="fact_sources"),
    path("<uuid:person_id>/alerts/new/", views.alert, name="alert"),
    path("<uuid:person_id>/alerts/<uuid:entry_id>/end/", views.alert_end, name="alert_end"),
    path("<uuid:person_id>/lines/<uuid:entry_id>/seal/", seal_views.seal, name="seal"),
    path("<uuid:person_id>/seals/<uuid:seal_id>/", seal_views.break_one, name="break_seal"),
    path("<uuid:person_id>/contacts/new/", views.contact, name="contact"),
    path("<uuid:person_id>/contacts/<uuid:relationship_id>/end/", views.contact_end, name="contact_end"),
    path("<uuid:person_id>/looks/", views.looks, name="looks"),
    path("<uuid:person_id>/looks/<int:line_id>/question/", views.question_look, name="question_look"),
    path("<uuid:person_id>/sharing/", views.sharing, name="sharing"),
    path("<uuid:person_id>/sharing/decide/", views.decide, name="decide"),
    path("<uuid:person_id>/hold/", views.hold, name="hold"),
    path("<uuid:person_id>/rebuild/", views.rebuild, name="rebuild"),
]
