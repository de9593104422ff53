"""Settings: one file. What differs between installations comes from the environment (hall.env)."""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from hall import env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- the installation ---------------------------------------------------------------------------
HALL_DATA = env.data_folder(BASE_DIR / "data")
HALL_DEMO = env.flag("HALL_DEMO")
HALL_NAME = env.text("HALL_NAME", "线上协商议事厅")
HALL_COMMITTEE = env.text("HALL_COMMITTEE", "县政协")
HALL_HOST = env.address("HOST", "127.0.0.1")
HALL_PORT = env.integer("PORT", 8000, low=0, high=65535)
HALL_ARCHIVES = HALL_DATA / "archives"
HALL_KEYS = HALL_DATA / "keys"
# How many working days minutes lie open to objections, and from which share of an opinion group
# (in percent of those of it who took a stance) that group is against a clause.
HALL_OBJECTION_DAYS = env.integer("HALL_OBJECTION_DAYS", 5, low=0, high=60)
HALL_GROUP_AGAINST = env.integer("HALL_GROUP_AGAINST", 50, low=1, high=100)

SECRET_KEY = env.secret("HALL_SECRET_KEY", HALL_DATA)
HALL_FIELD_KEYS = env.words("HALL_FIELD_KEYS") or [f"field:{SECRET_KEY}"]
DEBUG = env.flag("HALL_DEBUG")
HALL_SECURE = env.flag("HALL_SECURE")  # behind TLS: secure cookies, HSTS, wss only
ALLOWED_HOSTS = env.hosts("HALL_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.origins("HALL_ORIGINS")

# --- the application ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "hall",
    "members",
    "consultations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hall.middleware.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hall.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hall.middleware.WayOnMiddleware",
    "hall.middleware.RefusalMiddleware",
    "consultations.web.withdrawn.WithdrawnMiddleware",
]

ROOT_URLCONF = "hall.urls"
ASGI_APPLICATION = "hall.asgi.application"

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
                "csp.context_processors.nonce",
                "hall.context.hall",
                "members.context.people",
                "consultations.web.notices.count",
            ],
        },
    }
]

FORM_RENDERER = "hall.rendering.FormRenderer"
CSRF_FAILURE_VIEW = "hall.views.csrf_failure"

# --- data ---------------------------------------------------------------------------------------
REDIS_URL = env.redis("REDIS_URL")

# Threads of each process that serve its rooms, each with a connection; what pages need at least.
HALL_ROOM_THREADS = {"read": 4, "write": 5, "watch": 1}
_rooms_have = sum(HALL_ROOM_THREADS.values())
_pages_have = 4
_connections = env.integer("HALL_DB_POOL", 20, low=_rooms_have + _pages_have, high=200)

_sqlite_options: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
_database = env.database("DATABASE_URL") or {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(HALL_DATA / "hall.sqlite3"),
}
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = _sqlite_options
else:
    # A server that is gone without a word is noticed, by whoever waits for it and whoever does not.
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        **_database.get("OPTIONS", {}),
    }
    _database["OPTIONS"]["pool"] = {
        "min_size": 1,
        # The rooms' threads have connections of their own, for as long as the process lives.
        "max_size": _connections - _rooms_have,
        # Whoever asks while the database is away learns so soon, and it is tried anew for the
        # next one: left alone the pool would wait twice as long each time, for minutes.
        "timeout": 5,
        "reconnect_timeout": 3,
    }
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "members.accounts.PhoneAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_FORMS = {
    "login": "members.forms.SignInForm",
    "confirm_login_code": "members.forms.SignInCodeForm",
    "verify_phone": "members.forms.PhoneCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    # A venue's whole audience may sign in through one address at the same time.
    "login": "300/m/ip",
    "request_login_code": "300/m/ip,3/m/key,12/h/key",
}
# How many proxies in front of the hall write X-Forwarded-For: rate limits go by the address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("HALL_PROXIES", 0, low=0, high=5)
HALL_SMS_SENDER = env.dotted("HALL_SMS_SENDER", "members.sms.to_console")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HALL_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- words and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "hall_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("guides", BASE_DIR / "docs" / "guides" / "images")]
STATIC_ROOT = HALL_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hall.storage.HallStaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Documents: folders to search for fonts instead of the system's, and how files are named.
HALL_FONTS = env.folders("HALL_FONTS")
HALL_SUMMARY_NAME = env.text("HALL_SUMMARY_NAME", "{title}共识清单")
HALL_PAPER_NAME = env.text("HALL_PAPER_NAME", "{title}{paper}")
# By document (models.PaperKind): how it is numbered, to whom it goes, who gets copies.
HALL_NUMBERS = env.patterns(
    "HALL_NUMBERS",
    {
        "minutes": "政协纪〔{year}〕{number}号",
        "consensus": "政协共识〔{year}〕{number}号",
        "report": "政协专报〔{year}〕{number}号",
        "opinion-report": "政协社情〔{year}〕{number}号",
        "speeches": "政协录〔{year}〕{number}号",
        "attendance": "政协签〔{year}〕{number}号",
        "assignment": "政协交〔{year}〕{number}号",
    },
    "year",
    "number",
)
HALL_ADDRESSEES = env.pairs("HALL_ADDRESSEES", dict.fromkeys(HALL_NUMBERS, ""))
HALL_COPIES = env.pairs("HALL_COPIES", dict.fromkeys(HALL_NUMBERS, ""))

# --- safety -------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HALL_SECURE else 0
if HALL_SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# What one client may ask of a room's socket, and how many sockets a process gives to whom.
HALL_COMMAND_RATE = env.integer("HALL_COMMAND_RATE", 30, low=1, high=100_000)
HALL_SOCKETS_PER_PERSON = env.integer("HALL_SOCKETS_PER_PERSON", 20, low=1, high=100_000)
HALL_SOCKETS_PER_ADDRESS = env.integer("HALL_SOCKETS_PER_ADDRESS", 2000, low=1, high=100_000)

# A live room's log is signed this often, and the signed head published.
HALL_HEAD_SECONDS = env.integer("HALL_HEAD_SECONDS", 300, low=1, high=3600)

# Without it /metrics answers this host alone, and nobody with HALL_SECURE or HALL_PROXIES set.
HALL_METRICS_TOKEN = env.text("HALL_METRICS_TOKEN")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"one_line": {"()": "hall.errors.OneLine"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_line"],
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("HALL_LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR"),
    },
}
