"""The WSGI entry of the staff site: serves as the role `app`, and refuses any role that row security does not bind."""

from config.databases import refuse_powerful_role, start_django

start_django(role="app", ensure=False)
refuse_powerful_role()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (after Django is set up)

application = get_wsgi_application()
