"""Every stock page an administrator reaches opens, in Chinese and in our look."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db
MODELS = sorted((model._meta.label_lower for model in admin.site._registry), key=str)


@pytest.mark.parametrize("label", MODELS)
def test_a_list_and_its_form_for_a_new_one_open(admin_client, label):
    app, model = label.split(".")
    listing = admin_client.get(reverse(f"admin:{app}_{model}_changelist"))
    assert listing.status_code == 200
    assert "q-brand" in listing.content.decode()
    adding = admin_client.get(reverse(f"admin:{app}_{model}_add"))
    assert adding.status_code in (200, 403)


def test_the_settings_place_opens(admin_client):
    text = admin_client.get("/admin/").content.decode()
    assert "设置" in text
    assert "用户" in text
