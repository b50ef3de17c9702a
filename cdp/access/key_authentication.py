"""`Authorization: Bearer qx_…`, for the few API views that say they are open to keys."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from .keys import key_found, key_used
from .models import ApiKey
from .viewer import Viewer


class KeyAuthentication(BaseAuthentication):
    """`request.auth` is the key; `request.user` stays nobody, so whatever asks for a colleague refuses it."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        kind, _space, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        key = key_found(secret.strip().decode("latin-1"))
        if key is None:
            raise AuthenticationFailed(gettext("There is no such key."))
        if not key.is_on:
            raise AuthenticationFailed(gettext("This key is switched off."))
        if key.is_expired:
            raise AuthenticationFailed(gettext("This key has expired."))
        key_used(key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Quanxi API"'


class KeyScheme(OpenApiAuthenticationExtension):
    """How the schema tells of it."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key made in the settings: qx_…"}


class IsKeyOrColleague(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, ApiKey) or bool(request.user and request.user.is_authenticated)


def viewer_of(request: Request) -> Viewer:
    """Who is asking: the key when there is one, otherwise whoever is signed in."""
    return request.auth if isinstance(request.auth, ApiKey) else request.user
