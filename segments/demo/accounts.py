"""Under which identifiers each shop knows a person, and what each shop knows of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from .brand import CHANNELS
from .people import MEMBER_LEVELS, People

# Channel → the identifier type of its accounts. The store's till asks for the phone only.
ACCOUNT_TYPES = {
    "app": "app_user",
    "web": "web_user",
    "tmall": "taobao",
    "jd": "jd_user",
    "wechat": "wechat_openid",
    "douyin": "douyin_user",
    "store": "phone",
}
# How often a channel's own export carries the phone as well.
PHONE_KNOWN = {"app": 1.0, "web": 0.4, "tmall": 0.0, "jd": 0.7, "wechat": 0.3, "douyin": 0.5, "store": 1.0}


@dataclass(frozen=True)
class Accounts:
    """What one source says: `row` in both tables is the person's place; `identifiers` has a column a type."""

    slug: str
    channel: str
    identifiers: pa.Table
    attributes: pa.Table | None = None


def accounts_make(rng: np.random.Generator, people: People, first: date, end: date) -> list[Accounts]:
    """The loyalty programme, every channel, and last the bindings that show who is who."""
    numbers = _Numbers(rng, len(people))
    channels = [_channel(rng, people, numbers, channel) for channel in CHANNELS]
    return [_members(people, numbers, first, end), *channels, _bindings(people, numbers)]


class _Numbers:
    """The identifiers of every person, whether or not somebody knows them."""

    def __init__(self, rng: np.random.Generator, count: int):
        shuffled = rng.permutation(count)
        self.member_no = _numbered("M", shuffled + 10_000_001)
        # Invented: 1990 and a running number.
        self.phone = _numbered("+861990", shuffled + 1_000_000)
        self.email = np.char.add(_numbered("user", shuffled + 1), "@example.com")
        self.unionid = _numbered("oU6", rng.permutation(count) + 100_000_001)
        self.device = _numbered("ios-", rng.permutation(count) + 7_000_001)
        self.account = {
            channel: _numbered(f"{channel[0]}{channel[-1]}_", rng.permutation(count) + 100_001)
            for channel in CHANNELS
        }
        self.account["store"] = self.phone


def _numbered(prefix: str, numbers: np.ndarray) -> np.ndarray:
    return np.char.add(prefix, numbers.astype(str))


def _shops_there(people: People, channel: str) -> np.ndarray:
    return people.channel[:, CHANNELS.index(channel)] > 0


def _column(values: np.ndarray, known: np.ndarray) -> pa.Array:
    return pa.array(values, pa.string(), mask=~known)


def _channel(rng: np.random.Generator, people: People, numbers: _Numbers, channel: str) -> Accounts:
    rows = np.flatnonzero(_shops_there(people, channel))
    everybody = np.ones(len(rows), bool)
    columns = {"row": pa.array(rows, pa.int64())}
    columns[ACCOUNT_TYPES[channel]] = _column(numbers.account[channel][rows], everybody)
    if channel != "store":
        columns["phone"] = _column(numbers.phone[rows], rng.random(len(rows)) < PHONE_KNOWN[channel])
    if channel == "wechat":
        columns["wechat_unionid"] = _column(numbers.unionid[rows], everybody)
    if channel == "app":
        columns["device"] = _column(numbers.device[rows], everybody)
    attributes = {"row": columns["row"], "province": people.province[rows], "city": people.city[rows]}
    return Accounts(f"demo_{channel}", channel, pa.table(columns), pa.table(attributes))


def _members(people: People, numbers: _Numbers, first: date, end: date) -> Accounts:
    """What people said when they joined."""
    rows = np.flatnonzero(people.member)
    gave_mail = (numbers.account["web"] != "") & _shops_there(people, "web")
    identifiers = {
        "row": pa.array(rows, pa.int64()),
        "member_no": pa.array(numbers.member_no[rows], pa.string()),
        "phone": pa.array(numbers.phone[rows], pa.string()),
        "email": _column(numbers.email[rows], gave_mail[rows]),
    }
    birthday = people.birthday[rows]
    age = ((np.datetime64(end) - birthday).astype(int) / 365.25).astype(int)
    joined = np.datetime64(first) + people.first_day[rows].astype("timedelta64[D]")
    attributes = {
        "row": identifiers["row"],
        "name": pa.array(people.name[rows], pa.string()),
        "gender": pa.array(people.gender[rows], pa.string()),
        "birthday": pa.array(birthday.astype("datetime64[us]")),
        "age": pa.array(age.astype(float)),
        "age_band": pa.array(_age_bands(age), pa.string()),
        "province": pa.array(people.province[rows], pa.string()),
        "city": pa.array(people.city[rows], pa.string()),
        "member_level": pa.array(np.array(MEMBER_LEVELS)[people.level[rows]], pa.string()),
        "registered_at": pa.array(joined.astype("datetime64[us]")),
        "interests": pa.array([people.interests[row] or None for row in rows], pa.list_(pa.string())),
        "agrees_to_mail": pa.array(people.agrees[rows]),
    }
    return Accounts("demo_members", "other", pa.table(identifiers), pa.table(attributes))


def _age_bands(age: np.ndarray) -> np.ndarray:
    edges = np.array([18, 25, 35, 45, 55])
    return np.array(["<18", "18-24", "25-34", "35-44", "45-54", "55+"])[np.searchsorted(edges, age, side="right")]


def _bindings(people: People, numbers: _Numbers) -> Accounts:
    """The help desk's list of accounts that belong together, from which the merges follow."""
    everybody = np.arange(len(people))
    columns = {"row": pa.array(everybody, pa.int64()), "phone": pa.array(numbers.phone, pa.string())}
    for channel in CHANNELS:
        if channel != "store":
            known = _shops_there(people, channel)
            columns[ACCOUNT_TYPES[channel]] = _column(numbers.account[channel], known)
    columns["member_no"] = _column(numbers.member_no, people.member)
    return Accounts("demo_bindings", "other", pa.table(columns))
