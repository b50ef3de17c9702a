"""What `make up` runs, with the addresses of the event API only: the others take seconds to import."""

from cdp.settings.local import *  # noqa: F403

ROOT_URLCONF = "tests.live.urls"
