"""Django's settings, all of them. What differs between installations is read in `environment`."""

from __future__ import annotations

import os

from jejaring.config import counts, environment, services

HOME = environment.home()
_KEYS = environment.keys(HOME)
HTTPS = environment.is_on("JEJARING_HTTPS")

SECRET_KEY = _KEYS.signing
ENCRYPTION_KEYS = _KEYS.encryption
LOOKUP_KEY = _KEYS.lookup
AUDIT_KEY = _KEYS.audit
SEAL_FILE = HOME / "seal.pem"
"""The key with which papers are sealed, made at its first use."""
TRUSTED_ROOTS = services.certificates("JEJARING_TRUSTED_ROOTS")
TIMESTAMP_SERVICE, TIMESTAMP_ROOTS = services.timestamp_service()
SIGNING_SERVICE = services.service("JEJARING_SIGNING_URL", only_https=True)
SIGNING_NAME = os.environ.get("JEJARING_SIGNING_NAME", "").strip()

DEBUG = environment.is_on("JEJARING_DEBUG")
ALLOWED_HOSTS = environment.words("JEJARING_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC_ADDRESS = environment.public_address(ALLOWED_HOSTS, https=HTTPS)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "leaflet",
    "jejaring.domain.parties",
    "jejaring.domain.notices",
    "jejaring.domain.mapping",
    "jejaring.domain.agreements",
    "jejaring.domain.partnering",
    "jejaring.interfaces.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "jejaring.interfaces.api.refusing.SameFormMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jejaring.interfaces.web.speaking.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jejaring.interfaces.web.answering.RefusalMiddleware",
    "jejaring.interfaces.web.answering.HeadersMiddleware",
]

ROOT_URLCONF = "jejaring.config.urls"
WSGI_APPLICATION = "jejaring.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jejaring.interfaces.web.speaking.page_words",
                "jejaring.interfaces.web.notices.bell.bell",
            ],
            "builtins": ["jejaring.interfaces.web.templatetags.saying"],
        },
    },
]

DATABASES = {"default": environment.database(HOME), counts.ALIAS: counts.database(HOME)}
DATABASE_ROUTERS = ["jejaring.config.counts.Router"]
CACHES = {"default": counts.cache()}
COUNTS = counts.ALIAS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who signs in ----------------------------------------------------------------------------

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "jejaring.interfaces.web.accounts.signing_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# Nobody signs up, but the library asks what people have: a phone number or an address, and a password.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    "login": "jejaring.interfaces.web.accounts.signing_in.SignInForm",
    "reset_password_from_key": "jejaring.interfaces.web.accounts.signing_in.NewPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_SESSION_REMEMBER = None
# A workshop's sixty phones come from one address: it is the account whose failures are counted strictly.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "120/m/ip",
    "workshop_join": "300/10m/ip",
    "verify": "200/10m/ip",
    "notice_link": "300/10m/ip",
}
# HTTPS is spoken by a server in front of this one, which says from where a request came.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_ADAPTER = "jejaring.interfaces.web.accounts.signing_in.SecondStepAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Jejaring"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "jejaring.interfaces.web.answering.stale_page"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 180 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- languages, days -------------------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

# --- files, background work ------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or os.environ.get("JEJARING_PLAIN_STATIC"):
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

MAP_TILES = os.environ.get("JEJARING_TILES", "")

vars().update(environment.mail())
SENDS_EMAIL = bool(os.environ.get("JEJARING_EMAIL"))
ACCOUNT_EMAIL_NOTIFICATIONS = SENDS_EMAIL
NOTICE_ADDRESS = "jejaring.interfaces.web.notices.addresses.address_of"
DEFAULT_FROM_EMAIL = os.environ.get("JEJARING_FROM", "jejaring@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "jejaring": {"level": "INFO"},
        # They would write the address of each page that refuses, and some are somebody's secret link.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
    },
}
