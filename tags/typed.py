"""What people type into a rule form is kept by their browser until it is saved (`builder_states.js`)."""

from typing import Any

from django.http import HttpRequest, HttpResponse

# Tells the next page which form was saved; the page removes it.
COOKIE = "quanxi_saved"


def typed_key(request: HttpRequest, of: str, named: Any) -> str:
    """Under which a person's browser keeps one form. `of`: tag or segment; `named` is None for a new one."""
    return f"quanxi:{request.user.pk}:{of}:{named.pk if named else 'new'}"


def typed_saved(response: HttpResponse, key: str) -> HttpResponse:
    """What was typed is saved, so that the browser need not keep it."""
    response.set_cookie(COOKIE, key, max_age=24 * 3600, samesite="Lax")
    return response
