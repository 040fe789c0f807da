"""The addresses of pooled funds, under whatever the root gives them (`/funds/`)."""

from django.urls import path

from joinedup.desk.funds import views

app_name = "funds"
urlpatterns = [
    path("", views.funds, name="funds"),
    path("journals/<uuid:journal_id>/", views.journal, name="journal"),
    path("<slug:code>/", views.fund, name="fund"),
    path("<slug:code>/accounts/<str:account>/", views.account, name="account"),
]
