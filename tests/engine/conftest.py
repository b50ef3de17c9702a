"""The tests on Spark are asked for by `make test-spark`, which starts a cluster for them."""

from django.conf import settings

collect_ignore = [] if settings.CDP_ENGINE == "spark" else ["test_spark.py"]
