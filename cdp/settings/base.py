"""Settings every way of running shares. What may differ comes from the environment (see env.py)."""

import os
from pathlib import Path
from urllib.parse import quote

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from . import env

BASE_DIR = Path(__file__).resolve().parents[2]

CDP_DATA = env.path("CDP_DATA", BASE_DIR / "var")
CDP_LAKE = env.text("CDP_LAKE", str(CDP_DATA / "lake"))
CDP_ENGINE = env.choice("CDP_ENGINE", ("duckdb", "spark"), "duckdb")
CDP_TIME_ZONE = env.zone("CDP_TIME_ZONE", "Asia/Shanghai")
# Files of the lake are kept so long after they went out of use, for whoever still reads them.
CDP_LAKE_KEEP_HOURS = env.number("CDP_LAKE_KEEP_HOURS", 6)
CDP_ENGINE_MEMORY = env.text("CDP_ENGINE_MEMORY", "2GB")
CDP_ENGINE_THREADS = env.number("CDP_ENGINE_THREADS", 2)
CDP_PREVIEW_MB = env.number("CDP_PREVIEW_MB", 384)
CDP_NUMBERS_MB = env.number("CDP_NUMBERS_MB", 512)
CDP_SPARK_MASTER = env.form(
    "CDP_SPARK_MASTER", r"local\[(\d+|\*)\]|(spark|k8s)://.+|yarn", "local[2]", "local[2] or spark://host:7077"
)
CDP_SPARK_MEMORY = env.form("CDP_SPARK_MEMORY", r"[1-9]\d*[mg]", "1g", "512m or 4g")
CDP_SPARK_CORES = env.number("CDP_SPARK_CORES", 2)
# SQLite files may be read from these folders only.
CDP_PULL_FOLDERS = env.text("CDP_PULL_FOLDERS", str(CDP_DATA / "inbox")).split(os.pathsep)
# Requests of the event API that may wait to be taken in, and MiB of CDP_DATA's disk that stay free; beyond either,
# senders are asked to come again later.
CDP_LIVE_WAITING = env.number("CDP_LIVE_WAITING", 50_000)
CDP_LIVE_FREE_MB = env.number("CDP_LIVE_FREE_MB", 512)
# What compares customers is refreshed so many minutes after the first event it is about; 0: by its schedule alone.
CDP_COMPARE_MINUTES = env.number("CDP_COMPARE_MINUTES", 5)
# Files of customers that were made in the background are removed so many days later.
CDP_EXPORT_DAYS = env.number("CDP_EXPORT_DAYS", 7)
# A TrueType font with Chinese signs, to be embedded in PDF files; else one the machine has, else none.
CDP_PDF_FONT = env.text("CDP_PDF_FONT", "")
# Who looked at a customer is kept so many days.
CDP_LOOK_DAYS = env.number("CDP_LOOK_DAYS", 180)
# Notices are removed so many days later, read or not.
CDP_NOTICE_DAYS = env.number("CDP_NOTICE_DAYS", 30)
# Where people open the product, for links in messages that leave it; none without.
CDP_URL = env.form("CDP_URL", r"(https?://[^\s/?#]+)?", "", "https://quanxi.example.com")
# The hour of the business's day at which digests of notices go out.
CDP_DIGEST_HOUR = env.number("CDP_DIGEST_HOUR", 8)
# Webhooks may be sent to addresses of private networks, too.
CDP_WEBHOOK_PRIVATE = env.flag("CDP_WEBHOOK_PRIVATE")
# Below this many customers no picture is shown that could single someone out.
CDP_MIN_GROUP = env.number("CDP_MIN_GROUP", 20)

# Links by which people without an account read an edition are valid for so many days at most; 0: there are none.
CDP_SHARE_DAYS = env.number("CDP_SHARE_DAYS", 90)
# Proxies of ours that a request passes: so many addresses from the right of X-Forwarded-For are theirs to tell.
CDP_PROXIES = env.number("CDP_PROXIES", 0)
# Notices go out by mail where a server is named.
CDP_MAIL = env.mail("EMAIL_URL")
EMAIL_HOST = CDP_MAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = CDP_MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = CDP_MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = CDP_MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = CDP_MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = CDP_MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.form("EMAIL_FROM", r"[^\r\n]*@[^\r\n]*", "quanxi@localhost", "Quanxi <quanxi@example.com>")

DATABASES = {"default": env.database("DATABASE_URL", CDP_DATA / "quanxi.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "cdp.apps.QuanxiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_celery_results",
    "cdp.apps.CdpConfig",
    "cdp.access",
    "cdp.notices",
    "cdp.store",
    "cdp.identity",
    "cdp.exports",
    "cdp.sources",
    "cdp.live",
    "tags",
    "tags.teamwork",
    "segments",
    "segments.personas",
    "segments.looks",
    "segments.playbook",
    "segments.interviews",
    "segments.dashboards",
    "segments.boards",
    "segments.editions",
    "segments.review",
    "segments.sharing",
    "segments.mailing",
    "segments.activation",
    "segments.definitions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cdp.error_pages.UserErrorMiddleware",
]

ROOT_URLCONF = "cdp.urls"
WSGI_APPLICATION = "cdp.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cdp.access.web.page_context",
            ],
        },
    },
]

# For browsers that ask for none of ours, and for texts that are made once, such as the demo world's descriptions.
LANGUAGE_CODE = env.choice("CDP_LANGUAGE", ("zh-hans", "zh-hant", "en"), "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = CDP_TIME_ZONE
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = CDP_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "segments.dashboards.finders.PlotlyFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CDP_DATA / "files"},
    },
    "staticfiles": {"BACKEND": "cdp.running.static.StaticStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_TEMP_DIR = None

LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "cdp.error_pages.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "cdp.api.answer_to",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Quanxi API",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "TagKind": "tags.models.TagKind",
        "SegmentKind": "segments.models.SegmentKind",
        "NoteKind": "segments.interviews.models.NoteKind",
    },
}

CDP_BROKER_SOCKET = env.socket(CDP_DATA / "broker", "valkey.sock")
CDP_BROKER_EMBEDDED = not env.text("CELERY_BROKER_URL", "")
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", f"redis+socket://{quote(str(CDP_BROKER_SOCKET))}")
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = CDP_TIME_ZONE
# A job whose worker has been silent for so many seconds is sent again.
CDP_LOST_AFTER = env.number("CDP_LOST_AFTER", 60)
_sweep_every = max(1.0, CDP_LOST_AFTER / 2)
CELERY_BEAT_SCHEDULE = {
    # A sweep that waited behind long work for its turn is not needed any more: the next one is there.
    "ledger.sweep": {"task": "ledger.sweep", "schedule": _sweep_every, "options": {"expires": _sweep_every}},
    "notices.deliver": {"task": "notices.deliver", "schedule": 20.0, "options": {"expires": 20.0}},
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}

# One accent, a calm blue, in the steps unfold asks for.
ACCENT = {
    "50": "oklch(97% .014 240)",
    "100": "oklch(94% .03 240)",
    "200": "oklch(88.5% .058 240)",
    "300": "oklch(80.5% .098 240)",
    "400": "oklch(70.5% .135 243)",
    "500": "oklch(60.5% .145 246)",
    "600": "oklch(52% .142 248)",
    "700": "oklch(45.5% .124 249)",
    "800": "oklch(39% .1 250)",
    "900": "oklch(33.5% .078 251)",
    "950": "oklch(25% .06 252)",
}
UNFOLD = {
    "SITE_TITLE": _("Quanxi"),
    "SITE_HEADER": _("Quanxi"),
    "SITE_SUBHEADER": _("Customers, tags, segments, personas"),
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("quanxi.svg")},
    ],
    "SHOW_HISTORY": True,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": ACCENT},
    "STYLES": [lambda request: static("quanxi.css")],
    "SCRIPTS": [lambda request: static("quanxi.js")],
    "SIDEBAR": {"show_search": False, "navigation": "cdp.site.places"},
}
