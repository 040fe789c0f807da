"""Root addresses of the public site."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("joinedup.public.urls")),
    path("healthz", health.alive, name="healthz"),
]

handler400 = "joinedup.web.errors.bad_request"
handler403 = "joinedup.web.errors.permission_denied"
handler404 = "joinedup.web.errors.page_not_found"
handler500 = "joinedup.web.errors.server_error"
