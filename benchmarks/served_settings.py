"""What `make up` serves, with a view beside it that returns a constant."""

from cdp.settings.local import *  # noqa: F403

ROOT_URLCONF = "benchmarks.served_urls"
