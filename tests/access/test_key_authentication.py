"""A view that takes keys in, but was not written for them, stays closed."""

import pytest
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from cdp.access.key_authentication import IsKeyOrColleague, KeyAuthentication, viewer_of
from cdp.access.keys import KeyScope, key_create

pytestmark = pytest.mark.django_db


def answer(permission, headers=None):
    class View(APIView):
        authentication_classes = (KeyAuthentication,)
        permission_classes = (permission,)

        def get(self, request):
            return Response(str(viewer_of(request)))

    return View.as_view()(APIRequestFactory().get("/", headers=headers or {}))


def test_only_a_view_that_says_so_is_open_to_keys(analyst):
    key, secret = key_create(name="till", scope=KeyScope(), actor=analyst)
    headers = {"Authorization": f"Bearer {secret}"}
    for permission in (IsAuthenticated, IsAdminUser):
        assert answer(permission, headers).status_code == 403
    told = answer(IsKeyOrColleague, headers)
    assert (told.status_code, told.data) == (200, str(key))
    assert answer(IsKeyOrColleague).status_code == 401
