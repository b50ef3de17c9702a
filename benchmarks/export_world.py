"""The people `bench export` takes away: a million customers with three identifiers and eight attributes, their
names among them. Run as a module, so that building leaves nothing behind in the memory of what is measured."""

import os

import numpy as np
import pyarrow as pa

from benchmarks.place import prepare

CUSTOMERS = int(1_000_000 * float(os.environ.get("BENCH_SCALE") or 1))
PLACE = f"export-{CUSTOMERS}"
SEED = 23
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华"
PROVINCES = ("浙江省", "广东省", "江苏省", "上海市", "北京市", "四川省", "湖北省", "山东省")
KINDS = {"gender": "text", "province": "text", "city": "text", "member_level": "text"}
KINDS |= {"age": "number", "spent": "money", "since": "date"}


def main() -> None:
    done = prepare(PLACE) / "built"
    if done.exists():
        return
    from cdp.identity.services import identities_link
    from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

    attribute_register(slug="name", kind="text", personal=True)
    for slug, kind in KINDS.items():
        attribute_register(slug=slug, kind=kind)
    random, batch = np.random.default_rng(SEED), batch_open(source="bench")
    origins = identities_link(batch=batch, identifiers=identifiers(random))
    ids = origins.sort_by("row")["origin_id"].to_numpy()
    records_add(batch=batch, records=said(random, ids))
    batch_commit(batch=batch)
    done.touch()


def identifiers(random: np.random.Generator) -> pa.Table:
    who = np.arange(CUSTOMERS)
    texts = {
        "member_no": ([f"M{n:08d}" for n in who], 1.0),
        "phone": ([f"+86138{n:08d}" for n in who], 0.7),
        "email": ([f"u{n}@mail.cn" for n in who], 0.6),
    }
    columns = {
        slug: pa.array(values, pa.string(), mask=random.random(CUSTOMERS) >= share)
        for slug, (values, share) in texts.items()
    }
    return pa.table({"row": pa.array(who, pa.int64()), **columns})


def said(random: np.random.Generator, ids: np.ndarray) -> pa.Table:
    count = len(ids)

    def one_of(values: list[str]) -> pa.Array:
        return pa.array(np.array(values)[random.integers(0, len(values), count)])

    days = np.datetime64("2020-01-01", "us") + random.integers(0, 2_000, count).astype("timedelta64[D]")
    money = pa.array(np.round(random.lognormal(5, 1, count), 2)).cast(pa.decimal128(18, 2), safe=False)
    return pa.table(
        {
            "origin_id": pa.array(ids, pa.int32()),
            "name": one_of([a + b + c for a in SURNAMES for b in GIVEN for c in ("", *GIVEN)]),
            "gender": one_of(["female", "male", "unknown"]),
            "province": one_of(list(PROVINCES)),
            "city": one_of([f"城市{n}" for n in range(300)]),
            "member_level": one_of(["普通", "银卡", "金卡", "铂金"]),
            "age": random.integers(18, 80, count).astype(float),
            "spent": money,
            "since": days,
        }
    )


if __name__ == "__main__":
    main()
