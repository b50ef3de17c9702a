import json

import pytest
from django.core.management import call_command

from tests.shop import bought, lives_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(tmp_path, capsys):
    """Run the command over a rule; returns exit code, what it printed and what it complained about."""

    def run(content, *arguments):
        file = tmp_path / "rule.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        try:
            call_command("rule", str(file), *arguments)
        except SystemExit as stop:
            return stop.code, *capsys.readouterr()
        return 0, *capsys.readouterr()

    return run


def test_it_prints_one_json_object(shop, rule):
    anna, _bo = shop.people(2, "浙江省")
    shop.buy((anna, "2026-06-01 10:00:00", 1))
    code, out, err = rule({"all": [lives_in("浙江省"), bought()]}, "--as-of", "2026-06-30")
    answer = json.loads(out)
    assert (code, err, list(answer)) == (0, "", ["count", "universe", "as_of", "seconds"])
    assert (answer["count"], answer["universe"], answer["as_of"]) == (1, 2, "2026-06-30T00:00:00+08:00")
    assert answer["seconds"] >= 0


def test_a_moment_without_a_zone_is_business_time(shop, rule):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-01 10:00:00", 1))
    assert json.loads(rule(bought(), "--as-of", "2026-06-01T18:00:00")[1])["count"] == 0
    assert json.loads(rule(bought(), "--as-of", "2026-06-01T18:00:01")[1])["count"] == 1
    assert json.loads(rule(bought(), "--as-of", "2026-06-01T10:00:01+00:00")[1])["count"] == 1


def test_it_writes_the_identifiers_of_whom_it_found(shop, rule, tmp_path):
    anna, bo, _chen = shop.people(3, "浙江省")
    shop.identify(anna, phone="+8613800138000", member_no="M1")
    shop.identify(bo, member_no="M2")
    shop.buy((anna, "2026-06-01 10:00:00", 1), (bo, "2026-06-01 10:00:00", 1))
    out = tmp_path / "ids.csv"
    assert rule(bought(), "--ids", str(out))[0] == 0
    header, *rows = (line.replace('"', "").split(",") for line in out.read_text(encoding="utf-8").splitlines())
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["customer_id"], row["phone"], row["member_no"]) for row in found] == [
        (str(anna), "+8613800138000", "M1"),
        (str(bo), "", "M2"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"all": [{"attribute": "provinz", "op": "is", "value": "x"}, {"event": "buy"}]}, ["all → 1", "all → 2"]),
        ({"anything": 1}, ["anything"]),
        ("{not json", ["1", "2"]),
        ('{"not":' * 5000 + "{}" + "}" * 5000, []),
        ('{"event": "purchase", "event": "browse"}', ["event"]),
        ('{"attribute": "province", "op": "is", "value": "\\ud800"}', ["value"]),
        ('{"event": "purchase", "window": {"from": "0001-01-01"}}', ["window → from"]),
        ("[]", []),
    ],
)
def test_a_bad_rule_is_refused_in_words(shop, rule, content, words):
    code, out, err = rule(content)
    assert (code, out) == (2, "")
    assert err and "Traceback" not in err
    assert all(word in err for word in words)


def test_a_file_that_is_not_there_and_a_bad_moment(shop, rule, capsys):
    with pytest.raises(SystemExit) as stop:
        call_command("rule", "/nowhere/rule.json")
    assert (stop.value.code, "/nowhere/rule.json" in capsys.readouterr().err) == (2, True)
    for moment in ("soon", "", "0001-01-01", "9999-12-31"):
        assert rule(bought(), "--as-of", moment)[0] == 2
    assert rule(bought(), "--ids", "/nowhere/ids.csv")[0] == 2
