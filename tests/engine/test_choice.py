"""Which engine rules are asked of: a setting, and words where it cannot be had."""

import sys
from runpy import run_path

import pytest
from django.core.exceptions import ImproperlyConfigured

from cdp import checks
from cdp.engine import rule_engine
from cdp.errors import UserError
from cdp.settings import base


def test_rules_stay_in_this_process_unless_another_engine_is_chosen(settings):
    settings.CDP_ENGINE = "duckdb"
    assert rule_engine() is None


def test_an_engine_that_is_not_installed_is_a_problem_in_words(settings, monkeypatch):
    settings.CDP_ENGINE = "spark"
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, "cdp.engine.spark", raising=False)
    with pytest.raises(UserError, match="not installed"):
        rule_engine()


def test_the_check_says_what_spark_lacks(settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    settings.CDP_ENGINE = "duckdb"
    assert checks.spark_can_be_started(None) == []
    settings.CDP_ENGINE = "spark"
    assert [found.id for found in checks.spark_can_be_started(None)] == ["quanxi.E002.pyspark", "quanxi.E002.Java"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CDP_ENGINE", "sparc", "choose one of duckdb, spark"),
        ("CDP_SPARK_MASTER", "localhost:7077", "write it like local"),
        ("CDP_SPARK_MASTER", "local[2", "write it like local"),
        ("CDP_SPARK_MEMORY", "1 GB", "write it like 512m or 4g"),
        ("CDP_SPARK_CORES", "many", "write a whole number"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=told):
        run_path(base.__file__, run_name="cdp.settings.base_again")
