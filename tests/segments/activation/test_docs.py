"""The code that docs/webhooks.md gives to receivers tells genuine messages from others."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from segments.activation.webhooks.messages import signature

DOCS = Path(__file__).parents[3] / "docs" / "webhooks.md"
SECRET, BODY = "whsec_x", '{"name": "全息"}'.encode()


def cases():
    now = int(time.time())
    right = signature(SECRET, BODY, at=now)
    return [
        (SECRET, right, BODY, True),
        ("other", right, BODY, False),
        (SECRET, right, BODY + b" ", False),
        (SECRET, signature(SECRET, BODY, at=now - 400), BODY, False),
        (SECRET, right.replace(f"t={now}", f"t={now - 1}"), BODY, False),
    ]


def code_in(language):
    return re.search(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)[1]


def test_the_python_of_the_docs():
    scope = {}
    exec(code_in("python"), scope)
    assert [scope["is_genuine"](*case[:3]) for case in cases()] == [case[3] for case in cases()]


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node here")
def test_the_javascript_of_the_docs():
    given = json.dumps([[secret, header, body.decode()] for secret, header, body, _right in cases()])
    script = (
        f"{code_in('js')}\nconsole.log(JSON.stringify({given}.map(([s, h, b]) => isGenuine(s, h, Buffer.from(b)))))"
    )
    found = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == [case[3] for case in cases()]
