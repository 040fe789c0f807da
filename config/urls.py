"""Root addresses of the staff site."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("joinedup.desk.urls")),
    path("people/", include("joinedup.person.urls")),
    path("assessments/", include("joinedup.assessment.urls")),
    path("plans/", include("joinedup.plan.urls")),
    path("money/", include("joinedup.funding.urls")),
    path("packages/", include("joinedup.commissioning.urls")),
    path("loads/", include("joinedup.exchange.urls")),
    path("figures/", include("joinedup.outcomes.urls")),
    path("log/", include("joinedup.access.urls")),
    path("places/", include("joinedup.places.urls")),
    path("sign-in/", include("joinedup.access.sign_in_urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "joinedup.web.errors.bad_request"
handler403 = "joinedup.web.errors.permission_denied"
handler404 = "joinedup.web.errors.page_not_found"
handler500 = "joinedup.web.errors.server_error"
