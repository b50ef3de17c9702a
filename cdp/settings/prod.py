"""Several processes or machines behind TLS: secrets and hosts must come from the environment."""

from django.core.exceptions import ImproperlyConfigured

from . import env
from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty: set it to 50 random characters, the same on every machine.")
ALLOWED_HOSTS = [host for host in env.text("CDP_HOSTS", "").split(",") if host]
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("CDP_HOSTS is empty: list the host names people type, with commas.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.number("CDP_HSTS_SECONDS", 3600)
