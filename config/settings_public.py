"""Django's settings of the public site: the staff site's, less everything that knows a person or a caller.

One connection, as the role `public_reader`; no sign-in, no session, no cookie, no script.
"""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import CONTENT_SECURITY_POLICY as STAFF_POLICY
from config.settings import DATABASES as STAFF_DATABASES
from config.settings import ENVIRONMENT
from config.settings import TEMPLATES as STAFF_TEMPLATES
from joinedup.base.errors import OperatorMustAct

PUBLIC_ROLE = "public_reader"
if ENVIRONMENT.database_role != PUBLIC_ROLE:
    raise OperatorMustAct(
        "public-role", "The public site will not start with this database role.",
        f"It serves as {PUBLIC_ROLE} and as nothing else, so that no fault of ours can show a person.",
        "Start it with `joinedup public`, or set JOINEDUP_DATABASE_ROLE=public_reader.",
    )  # fmt: skip

ROOT_URLCONF = "config.urls_public"
WSGI_APPLICATION = "config.wsgi_public.application"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "joinedup.places",
    "joinedup.outcomes",
    "joinedup.public",
    "joinedup.web",
]
MIDDLEWARE = [
    "joinedup.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "joinedup.public.middleware.ForeseenErrors",
]
DATABASES = {"default": STAFF_DATABASES["default"]}
DATABASE_ROUTERS: list[str] = []
TEMPLATES = [{**STAFF_TEMPLATES[0], "OPTIONS": {"environment": "joinedup.web.jinja.environment"}}]
AUTHENTICATION_BACKENDS: list[str] = []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {**STAFF_POLICY["DIRECTIVES"], "script-src": ["'none'"]},
}
