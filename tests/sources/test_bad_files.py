"""Files that are not what they should be are refused with a reason and a way on, and nothing is kept."""

import pytest
from django.core.files.base import ContentFile

from cdp.errors import UserError
from cdp.sources.models import Upload
from cdp.sources.services import upload_receive

from .filing import bomb, book, write

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
MIXED = "姓名,城市\n".encode() + "李雷,杭州\n".encode() * 3 + "韩梅梅,上海市浦东新区\n".encode("gbk") * 3


def truncated(folder):
    whole = book(folder / "w.xlsx", {"s": [["手机号"]] + [[f"1380013{n:04}"] for n in range(500)]}).read_bytes()
    return whole[: len(whole) // 2]


def lying_about_its_size(folder):
    """The sheet unpacks to more than the zip's own list says."""
    data = bytearray(bomb(folder / "l.xlsx", 64).read_bytes())
    size = (64 << 20).to_bytes(4, "little")
    return bytes(data.replace(size, (1 << 20).to_bytes(4, "little")))


def sparse(folder):
    path = folder / "sparse.xlsx"
    book(path, {"s": [["手机号"], ["13800138000"]]})
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path.read_bytes()


BAD = {
    "empty": ("orders.csv", lambda folder: b"", "empty"),
    "blank lines only": ("orders.csv", lambda folder: b"\n\n  \n", "empty"),
    "empty workbook": ("orders.xlsx", lambda folder: book(folder / "e.xlsx", {"s": []}).read_bytes(), "empty"),
    "picture renamed": ("orders.xlsx", lambda folder: PNG, "picture"),
    "pdf renamed": ("orders.csv", lambda folder: b"%PDF-1.7 ...", "not a spreadsheet"),
    "truncated zip": ("orders.xlsx", truncated, "damaged"),
    "not a workbook inside": ("orders.xlsx", lambda folder: b"PK\x03\x04 nothing", "damaged"),
    "zip bomb": ("orders.xlsx", lambda folder: bomb(folder / "b.xlsx", 300).read_bytes(), "unpack"),
    "zip bomb that lies": ("orders.xlsx", lying_about_its_size, "unpack"),
    "a sheet of 17 billion cells": ("orders.xlsx", sparse, "claims to have"),
    "10,000 columns": (
        "orders.csv",
        lambda folder: (",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000)).encode(),
        "10000 columns",
    ),
    "mixed encodings": ("orders.csv", lambda folder: MIXED, "mixes encodings"),
    "binary": ("orders.csv", lambda folder: bytes(range(256)) * 40, "not a table"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_a_reason_and_a_hint_and_not_kept(case, tmp_path, settings):
    name, make, reason = BAD[case]
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "files"}}
    }
    with pytest.raises(UserError) as refused:
        upload_receive(file=ContentFile(make(tmp_path)), name=name, by=None)
    assert reason in str(refused.value)
    assert all(problem.hint for problem in refused.value.problems)
    assert not Upload.objects.exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_plain_gb18030_file_is_not_taken_for_a_mixture(tmp_path):
    from cdp.sources.readers.encoding import find_encoding

    text = "姓名,城市\n" + "".join(f"客户{n},联通大厦{n}号\n" for n in range(2000))
    assert find_encoding(write(tmp_path / "g.csv", text, "gb18030")) == "gb18030"
