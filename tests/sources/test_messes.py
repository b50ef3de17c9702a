"""Every mess comes to what a careful person would make of it; every row that comes back names its cell."""

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from cdp.engine import workspace
from cdp.errors import UserError
from cdp.sources.plan import make_plan
from cdp.sources.readers import files
from cdp.sources.rejects import refusals, rejects_write
from cdp.sources.selectors import Sample
from cdp.sources.staging import clean
from cdp.sources.understanding import understood

from .messes import MESSES


def outcome(path, mapping):
    """What the rows say, and (row, column, why) of those that come back; nothing is stored."""
    shape = files.look(path)
    mapping = mapping or understood(Sample(shape)).mapping
    with workspace() as connection:
        plan = make_plan(mapping, shape, "mess")
        files.stage(connection, path, shape)
        staged = clean(connection, plan, lambda done, of: None)
        names = {target.out: target.slug for target in plan.targets if target.role not in ("name", "time")}
        columns = [f'{out} AS "{slug}"' for out, slug in names.items()]
        if plan.mapping.kind == "events":
            columns += ["event", "CAST(happened AS VARCHAR) AS at"]
        answer = connection.sql(f"SELECT {', '.join(columns)} FROM clean WHERE NOT refused ORDER BY row")
        rows = [
            {name: str(value) for name, value in row.items() if value is not None}
            for row in answer.to_arrow_table().to_pylist()
        ]
        return rows, come_back(connection, staged, path.with_name("back.xlsx"))


def come_back(connection, staged, path):
    """(row, column, why) as the workbook of refused rows says it."""
    with override("en"):
        rejects_write(path, staged.plan.shape.columns, refusals(connection, staged))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    return [(int(row[-4]), row[-3], row[-2]) for row in rows]


def test_there_are_forty_and_more():
    assert len(MESSES) >= 40


@pytest.mark.django_db
@pytest.mark.parametrize("name", MESSES)
def test_a_mess_comes_to_what_it_should(name, tmp_path):
    mess = MESSES[name]
    if mess.refused:
        with pytest.raises(UserError, match=mess.refused):
            outcome(mess.make(tmp_path), mess.mapping)
        return
    rows, back = outcome(mess.make(tmp_path), mess.mapping)
    assert rows == mess.rows
    assert [(row, column) for row, column, _why in back] == [(row, column) for row, column, _why in mess.back]
    for (_row, _column, why), (_r, _c, expected) in zip(back, mess.back, strict=True):
        assert expected in why
