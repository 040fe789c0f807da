"""The addresses of the log's pages, under whatever the root gives them (`/log/`)."""

from django.urls import path

from joinedup.access import views

app_name = "access"
urlpatterns = [
    path("", views.log, name="log"),
    path("lines.csv", views.log_file, name="log_file"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<slug:code>/", views.agreement, name="agreement"),
]
