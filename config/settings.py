"""Django's settings: a translation of `config/environment.py` and `joinedup/journey.py`, and nothing else.

Sign-in tables are read through the alias `gate` by sign-in pages alone; every other page works as `default`, whose
database role row security binds. The alias `log` is the same role on a second connection, so that a rollback hides no
look.
"""

from __future__ import annotations

from csp.constants import NONCE, SELF
from psycopg_pool import ConnectionPool  # noqa: F401  (the pool option needs it: fail here, not at the first request)

from config.databases import OPTIONS, PLANNED_ONCE, PREPARED_FROM, SERVING_OPTIONS
from config.environment import PROJECT, database_address, environment
from joinedup.journey import installed_apps

ENVIRONMENT = environment()
ADDRESS = database_address()

DEBUG = False
DEMO_MODE = ENVIRONMENT.demo
JOINEDUP_DEMO_MODE = DEMO_MODE
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi_staff.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    *installed_apps(),
]

MIDDLEWARE = [
    "joinedup.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "joinedup.access.middleware.EnterCaller",
]


def _connection(role: str) -> dict[str, object]:
    options: dict[str, object] = {
        "options": OPTIONS if role == "owner" else SERVING_OPTIONS,
        "application_name": f"joinedup {role}",
    }
    if ENVIRONMENT.pool_size:
        from config.pooling import forget_everything

        options["pool"] = {"min_size": 1, "max_size": ENVIRONMENT.pool_size, "reset": forget_everything}
    if role in ("app", "gate", "public_reader"):  # a row policy costs more to plan than to run: a connection plans once
        options |= {"server_side_binding": True, "prepare_threshold": PREPARED_FROM}
        options["options"] = f"{SERVING_OPTIONS} {PLANNED_ONCE}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": ADDRESS.host,
        "PORT": str(ADDRESS.port),
        "NAME": ADDRESS.name,
        "USER": role,
        "PASSWORD": ADDRESS.passwords.get(role, ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if ENVIRONMENT.pool_size else 600,
        "CONN_HEALTH_CHECKS": not ENVIRONMENT.pool_size,
        "ATOMIC_REQUESTS": False,
    }


SERVING_ROLE = ENVIRONMENT.database_role
DATABASES = {"default": _connection(SERVING_ROLE)}
if SERVING_ROLE == "app":
    DATABASES |= {"gate": _connection("gate"), "log": _connection("app")}
if ENVIRONMENT.mode == "test":
    DATABASES |= {role: _connection(role) for role in ("gate", "owner", "loader", "worker")}
DATABASE_ROUTERS = ["config.routing.GateRouter"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder / "templates" for folder in sorted((PROJECT / "joinedup").iterdir())
                 if (folder / "templates").is_dir()],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "joinedup.web.jinja.environment",
            "context_processors": ["joinedup.web.context.page"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]  # fmt: skip

FORM_RENDERER = "django.forms.renderers.Jinja2"  # the same inputs as by Django's own templates, in a fifth of the time

EXTRACT_FOLDER = ENVIRONMENT.var / "extract"
PUBLIC_URL = ENVIRONMENT.public_url

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.var / "collected"
for made_folder in ("static", "collected"):
    (ENVIRONMENT.var / made_folder).mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [ENVIRONMENT.var / "static", PROJECT / "joinedup" / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENVIRONMENT.mode == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = ENVIRONMENT.mode != "production"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TOKEN_COOKIE_SECURE = ENVIRONMENT.secure_cookies
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60
TOKEN_COOKIE = "joinedup_token"  # noqa: S105  (the cookie's name)
CSRF_FAILURE_VIEW = "joinedup.web.errors.csrf_failure"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "desk:home"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "joinedup.access.sign_in.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "joinedup"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SILENCED_SYSTEM_CHECKS = ["account.W001"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "joinedup.web.logging.StructuredFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "joinedup": {"level": "INFO"},
        "django.request": {"level": "CRITICAL"},
        "django.server": {"level": "ERROR"},
    },
}
