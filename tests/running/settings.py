"""What `make up` runs, plus the naps."""

from cdp.settings.local import *  # noqa: F403
from cdp.settings.local import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.running.naps"]
ROOT_URLCONF = "tests.running.urls"
