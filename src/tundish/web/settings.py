"""Settings of the web application. Everything a firm may choose comes from its workspace or environment.

TUNDISH_DATA          the workspace's folder (default ./tundish-data)
TUNDISH_HOSTS         further host names that may reach us, separated by commas
TUNDISH_HTTPS         1 where a proxy speaks HTTPS for us: cookies are then sent over HTTPS only
TUNDISH_DEBUG         1 shows Django's own error pages; for work on Tundish only
"""

import os
import sqlite3
from pathlib import Path
from secrets import token_urlsafe

HERE = Path(__file__).resolve().parent
FOLDER = Path(os.environ.get("TUNDISH_DATA", "tundish-data")).resolve()
DATABASE = FOLDER / "tundish.sqlite3"


def _secret() -> str:
    """The workspace's own secret; without a workspace a fresh one, good for this process."""
    if DATABASE.exists():
        from tundish.stores import firm

        connection = sqlite3.connect(DATABASE)
        try:
            return str(firm.settings(connection).secret or token_urlsafe(48))
        except sqlite3.OperationalError:
            return token_urlsafe(48)
        finally:
            connection.close()
    return token_urlsafe(48)


TUNDISH_FOLDER = FOLDER
TUNDISH_CLOCK = None  # the machine’s; tests give their own
SECRET_KEY = _secret()
DEBUG = os.environ.get("TUNDISH_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] + [
    name.strip() for name in os.environ.get("TUNDISH_HOSTS", "").split(",") if name.strip()
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

AREAS = [
    "tundish.areas.people",
    "tundish.areas.insight",
    "tundish.areas.board",
    "tundish.areas.capture",
    "tundish.areas.pages",
    "tundish.areas.campaigns",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials",
    "tundish.weblib.access",
    "tundish.weblib.outbox",
    *AREAS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tundish.web.middleware.PolicyMiddleware",
    "tundish.web.middleware.DisplayMiddleware",
    "tundish.web.middleware.FirstRunMiddleware",
    "tundish.web.middleware.OwnPasswordMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tundish.weblib.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "tundish.web.urls"
WSGI_APPLICATION = "tundish.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tundish.web.shell.shell",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "tundish.weblib.page.tags",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATABASE,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            # Whoever writes much copies the log back; no saving of a page waits for that.
            " PRAGMA wal_autocheckpoint=65536",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [HERE / "locale", HERE.parent / "weblib" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tundish.web.assets.VersionedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 31_536_000

_HTTPS = os.environ.get("TUNDISH_HTTPS") == "1"
SESSION_COOKIE_NAME = "tundish_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_PROXY = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FORM_RENDERER = "tundish.web.forms.Renderer"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
