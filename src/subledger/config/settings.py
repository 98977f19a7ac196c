"""Django's settings, derived from the environment. Importing them starts and connects to nothing."""

from datetime import timedelta
from pathlib import Path

from subledger.config import environment
from subledger.config.logs import FORMATTERS
from subledger.config.rooms import ROOMS
from subledger.kernel import languages

PACKAGE = Path(__file__).parents[1]
ENVIRONMENT = environment.load()

SECRET_KEY = ENVIRONMENT.kept_secret_key()
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts
PUBLIC_URL = ENVIRONMENT.public_url  # None: links carry the address that their maker came by

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",  # counts wrong passwords
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",  # jobs as rows of our own database
    "ninja",  # for the API's reference page from its own static files: it works without internet
    *ROOMS,
    "subledger.page_kit",
]

MIDDLEWARE = [
    "subledger.config.web.requestlog.request_log",
    "subledger.config.headers.browser_headers",
    "subledger.config.web.door.door",
    "django.middleware.security.SecurityMiddleware",
    "subledger.config.web.statics.statics",
    "subledger.config.web.compression.compression",
    "subledger.api_kit.authentication.entrance",
    "subledger.gateways.interactive.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "subledger.config.urls"
WSGI_APPLICATION = "subledger.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / room.removeprefix("subledger.") / "pages/templates" for room in ROOMS],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "subledger.page_kit.navigation.shell",
            ],
        },
    }
]

# ---- database

_parameters = ENVIRONMENT.database_parameters
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _parameters.pop("dbname", ""),
        "USER": _parameters.pop("user", ""),
        "PASSWORD": _parameters.pop("password", ""),
        "HOST": _parameters.pop("host", ""),
        "PORT": str(_parameters.pop("port", "")),
        # One connection a thread, kept: opening one costs more than most of our statements.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _parameters,
    }
}

# ---- people and sessions

AUTH_USER_MODEL = "auth.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: who has guessed too often is refused before anything is hashed
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 10
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]  # each by itself
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "subledger.people.throttle.address_of"
AXES_USERNAME_CALLABLE = "subledger.people.throttle.name_typed"
AXES_LOCKOUT_CALLABLE = "subledger.people.throttle.locked_out"
AXES_SENSITIVE_PARAMETERS = [  # never kept
    "username",
    "ip_address",
    "password",
    "old_password",
    "new_password1",
    "new_password2",
    "code",
    "old_code",
    "next",  # the way back to an invitation is what opens it
]
AXES_DISABLE_ACCESS_LOG = True  # the trail has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "backoffice:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "backoffice:login"
SESSION_ENGINE = "subledger.people.sessions"
SESSION_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_COOKIE_NAME = "subledger_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "subledger_csrf"
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins

# ---- mail

globals().update(ENVIRONMENT.mail)
EMAIL_TIMEOUT = 5  # seconds: a person waits for it
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
SENDER_DOMAINS = ENVIRONMENT.sender_domains
MAIL_GOES_OUT = ENVIRONMENT.smtp_url is not None

# ---- browsers

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

STATIC_URL = "/static/"
# Served from the package itself: there is no collectstatic to forget.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "subledger.config.web.statics.MarkedStorage"},
}

# ---- sizes

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # API bodies and forms; uploaded files have their own limit
API_RATE_LIMIT = ENVIRONMENT.api_rate_limit  # requests a minute and key
ALLOW_PRIVATE_GATEWAYS = ENVIRONMENT.allow_private_gateways
WEBHOOK_HOSTS = ENVIRONMENT.webhook_hosts
ATTACHMENT_LIMIT_BYTES = ENVIRONMENT.attachment_limit_mib * 1024 * 1024
IMPORT_LIMIT_BYTES = ENVIRONMENT.import_limit_mib * 1024 * 1024

# ---- watching

METRICS_TOKEN = ENVIRONMENT.metrics_token  # None: /metrics answers this machine alone

# ---- background work

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # a room declares its jobs there

# ---- language and time

LANGUAGE_CODE = languages.ENGLISH
LANGUAGES = list(languages.LANGUAGES.items())  # of customers' pages; staff's are in some (page_kit.translation)
FORMAT_MODULE_PATH = "subledger.page_kit.django_formats"
MESSAGE_STORAGE = "subledger.page_kit.notices.Notices"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # instants; business dates are taken in the company's zone

# ---- logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "subledger.config.logs.Discreet"}},
    "formatters": {"line": {"()": FORMATTERS[ENVIRONMENT.log_format]}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        # A line a batch is what a worker is watched by; what the queue says of every job would drown it.
        "subledger.worker": {"level": "INFO" if ENVIRONMENT.log_level == "WARNING" else ENVIRONMENT.log_level},
        "procrastinate": {"level": "WARNING" if ENVIRONMENT.log_level == "INFO" else ENVIRONMENT.log_level},
    },
}
