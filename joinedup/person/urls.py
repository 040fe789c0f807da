"""The addresses of the record's pages, under whatever the root gives them (`/people/`)."""

from django.urls import path

from joinedup.person import link_views, views

app_name = "person"
urlpatterns = [
    path("", views.search, name="search"),
    path("mine/", views.mine, name="mine"),
    path("questions/", views.questions, name="questions"),
    path("questions/<uuid:item_id>/", link_views.question, name="question"),
    path("links/<uuid:link_id>/", link_views.link, name="link"),
    path("<uuid:person_id>/links/", link_views.links, name="links"),
    path("<uuid:person_id>/", views.record, name="record"),
    path("<uuid:person_id>/about-me/", views.about_me, name="about_me"),
    path("<uuid:person_id>/looks/", views.looks, name="looks"),
    path("<uuid:person_id>/rebuild/", views.rebuild, name="rebuild"),
]
