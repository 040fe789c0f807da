"""The WSGI entry of the public site: serves as the role `public_reader`, whatever the surroundings say."""

import os

from config.databases import refuse_powerful_role, start_django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_public"
start_django(role="public_reader", ensure=False)
refuse_powerful_role()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (after Django is set up)

application = get_wsgi_application()
