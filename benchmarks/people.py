"""Lists of people of several kinds with known truth, made by code from a seed: what FEBRL is not.

Each gives files (columns of texts) and who each record is. Some people share a household, some a name; a
record that is there twice is written differently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from opencc import OpenCC
from pypinyin import lazy_pinyin

Row = dict[str, str]
SURNAMES = [
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "黄",
    "赵",
    "吴",
    "周",
    "徐",
    "孙",
    "马",
    "朱",
    "胡",
    "郭",
    "何",
    "林",
    "罗",
    "高",
    "郑",
    "梁",
    "谢",
    "宋",
    "唐",
    "许",
    "韩",
    "冯",
    "邓",
    "曹",
    "欧阳",
    "司马",
]
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红建国文斌宇浩然子涵梓轩雨欣佳怡思远晓峰海燕志鹏")
PLACES = {
    "浙江省": ("杭州市", "宁波市", "温州市"),
    "广东省": ("广州市", "深圳市", "东莞市"),
    "四川省": ("成都市", "绵阳市"),
    "江苏省": ("南京市", "苏州市", "无锡市"),
}
STREETS = [
    "文三路",
    "解放路",
    "中山北路",
    "人民路",
    "建设大道",
    "长江路",
    "延安路",
    "学院路",
    "青年路",
    "滨江大道",
    "南京路",
    "和平路",
    "新华街",
    "天府大道",
]
DISTRICTS = ["西湖区", "天河区", "武侯区", "鼓楼区", "江北区", "南山区", "姑苏区", "高新区"]
FIRST = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "William",
    "Barbara",
    "Richard",
    "Susan",
    "Joseph",
    "Jessica",
    "Thomas",
    "Sarah",
    "Carlos",
    "Karen",
    "Daniel",
    "Lisa",
    "Matthew",
    "Nancy",
    "Anthony",
    "Betty",
    "Mark",
    "Sofia",
    "Pierre",
    "Amelie",
    "Hans",
    "Greta",
    "Luca",
    "Giulia",
    "Pedro",
    "Ines",
    "Olga",
    "Ivan",
    "Yuki",
    "Kenji",
    "Fatima",
    "Omar",
    "Priya",
    "Arjun",
    "Chloe",
    "Noah",
    "Emma",
    "Liam",
    "Olivia",
    "Lucas",
    "Mia",
]
LAST = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "Davis",
    "Rodriguez",
    "Martinez",
    "Hernandez",
    "Lopez",
    "Gonzalez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Perez",
    "Thompson",
    "White",
    "Harris",
    "Sanchez",
    "Clark",
    "Ramirez",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
    "Wright",
    "Scott",
    "Torres",
    "Nguyen",
    "Hill",
    "Flores",
    "Green",
    "Adams",
    "Nelson",
    "Baker",
    "Hall",
    "Rivera",
    "Campbell",
    "Müller",
    "Schmidt",
    "Dubois",
    "Moreau",
    "Rossi",
    "Ferrari",
    "Silva",
    "Santos",
    "Ivanov",
    "Petrova",
    "Tanaka",
    "Suzuki",
    "Khan",
    "Patel",
    "O'Brien",
]
TOWNS = [
    "London",
    "Paris",
    "Berlin",
    "Madrid",
    "Rome",
    "Lisbon",
    "Vienna",
    "Dublin",
    "Oslo",
    "Chicago",
    "Boston",
    "Seattle",
    "Austin",
    "Denver",
    "Toronto",
]
ENDINGS = ("com", "net", "org")
FIRMS = [
    "Northwind",
    "Contoso",
    "Globex",
    "Initech",
    "Umbra",
    "Vandelay",
    "Hooli",
    "Acme",
    "Stark",
    "Wayne",
    "Wonka",
    "Cyberdyne",
]


@dataclass(frozen=True)
class People:
    """`files` are lists of rows, `who` the person of each row, by file."""

    files: list[list[Row]]
    who: list[list[int]]

    def pairs(self) -> set[tuple[int, int]]:
        """Places (through all files) of the records of one person, the smaller first."""
        places: dict[int, list[int]] = {}
        for place, person in enumerate(person for one in self.who for person in one):
            places.setdefault(person, []).append(place)
        return {(a, b) for same in places.values() for i, a in enumerate(same) for b in same[i + 1 :]}


def slip(random: Random, text: str) -> str:
    """One slip of the keyboard."""
    if len(text) < 3:
        return text
    at = random.randrange(1, len(text) - 1)
    letter = random.choice("0123456789") if text[at].isdigit() else random.choice("aeiounrst")
    return random.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + letter + text[at + 1 :],
            text[:at] + letter + text[at:],
        )
    )


def _number(random: Random, digits: int) -> int:
    return random.randint(10 ** (digits - 1), 10**digits - 1)


def _sometimes(random: Random, share: float, change: Callable[[], str], else_: str) -> str:
    return change() if random.random() < share else else_


def _day(random: Random) -> tuple[int, int, int]:
    return random.randint(1950, 2005), random.randint(1, 12), random.randint(1, 28)


def _assembled(random: Random, once: list[Row], again: Callable[[Row], Row], share: float) -> People:
    rows = [(person, row) for person, row in enumerate(once)]
    for person, row in enumerate(once):
        while random.random() < share:
            rows.append((person, again(row)))
    random.shuffle(rows)
    return People([[row for _person, row in rows]], [[person for person, _row in rows]])


def chinese_customers(count: int = 3_000, seed: int = 1) -> People:
    """Names in two scripts and in pinyin, phones mistyped or changed, addresses short and long, couples."""
    random = Random(seed)
    traditional = OpenCC("s2t")

    def home() -> Row:
        province = random.choice(list(PLACES))
        city = random.choice(PLACES[province])
        street = f"{random.choice(DISTRICTS)}{random.choice(STREETS)}{random.randint(1, 400)}号"
        return {
            "省份": province,
            "城市": city,
            "地址": f"{street}{random.randint(1, 30)}栋{random.randint(101, 2804)}室",
        }

    def person(at: Row) -> Row:
        name = random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))
        phone = f"1{random.choice((3, 5, 7, 8))}{random.randint(0, 999_999_999):09}"
        year, month, day = _day(random)
        return {
            "姓名": name,
            "手机号": phone,
            "性别": random.choice("男女"),
            "生日": f"{year}-{month:02}-{day:02}",
        } | at

    def again(row: Row) -> Row:
        name = row["姓名"]
        written = random.choice(
            (
                name,
                name,
                name,
                traditional.convert(name),
                name[0] + " " + name[1:],
                "".join(lazy_pinyin(name)),
                " ".join(part.title() for part in lazy_pinyin(name)),
            )
        )
        new_phone = f"1{random.choice((3, 5, 7, 8))}{random.randint(0, 999_999_999):09}"
        year, month, day = row["生日"].split("-")
        change = random.random()
        phone = row["手机号"]
        if change < 0.4:
            phone = (slip(random, phone), "", new_phone, f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}")[
                int(change * 10)
            ]
        born = random.choice(
            (row["生日"],) * 4
            + (f"{year}年{int(month)}月{int(day)}日", f"{year}/{month}/{day}", "", slip(random, row["生日"]))
        )
        address = random.choice(
            (row["地址"], row["地址"], row["省份"] + row["城市"] + row["地址"], row["地址"].replace("栋", "幢"), "")
        )
        return row | {
            "姓名": written,
            "手机号": phone,
            "生日": born,
            "地址": address,
            "性别": _sometimes(random, 0.2, str, row["性别"]),
        }

    once = []
    while len(once) < count * 0.7:
        at = home()
        once.append(person(at))
        if random.random() < 0.15:
            partner = person(at)
            once.append(partner | ({"手机号": once[-1]["手机号"]} if random.random() < 0.3 else {}))
    return _assembled(random, once, again, 0.3)


def hotel_guests(count: int = 2_000, seed: int = 2) -> People:
    """Two files with other columns: bookings with whole names and day-first dates, and a card file with parts."""
    random = Random(seed)
    people = []
    for _ in range(count):
        first, last, (year, month, day) = random.choice(FIRST), random.choice(LAST), _day(random)
        people.append(
            {
                "first": first,
                "last": last,
                "born": f"{year}-{month:02}-{day:02}",
                "mail": f"{first}.{last}{random.randint(1, 99)}@example.{random.choice(ENDINGS)}".lower(),
                "tel": f"+{random.choice((1, 33, 44, 49))} {_number(random, 3)} {_number(random, 7)}",
                "town": random.choice(TOWNS),
            }
        )
    cards = [(i, p) for i, p in enumerate(people) if random.random() < 0.7]
    stays = [(i, p) for i, p in enumerate(people) if random.random() < 0.7]
    random.shuffle(stays)
    return People(
        [[_stay(random, p) for _i, p in stays], [_card(random, p) for _i, p in cards]],
        [[i for i, _p in stays], [i for i, _p in cards]],
    )


def _stay(random: Random, p: Row) -> Row:
    first = _sometimes(random, 0.1, lambda: slip(random, p["first"]), p["first"])
    last = _sometimes(random, 0.1, lambda: slip(random, p["last"]), p["last"])
    middle = _sometimes(random, 0.1, lambda: random.choice(FIRST) + " ", "")
    year, month, day = p["born"].split("-")
    return {
        "Guest Name": random.choice(
            (f"{first} {middle}{last}", f"{last.upper()}, {first.upper()}", f"Mr {first} {last}")
        ),
        "Date of Birth": random.choice((f"{day}/{month}/{year}",) * 4 + (f"{month}/{day}/{year}", "")),
        "E-mail": _sometimes(random, 0.4, str, p["mail"].upper()),
        "Contact phone": _sometimes(random, 0.3, str, p["tel"].replace(" ", "")),
        "City": _sometimes(random, 0.2, lambda: random.choice(TOWNS), p["town"]),
        "Check-in": f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "Nights": str(random.randint(1, 9)),
    }


def _card(random: Random, p: Row) -> Row:
    return {
        "card_id": str(random.randint(10**7, 10**8)),
        "first_name": p["first"],
        "last_name": p["last"],
        "birth_date": p["born"],
        "email": _sometimes(random, 0.2, lambda: slip(random, p["mail"]), p["mail"]),
        "mobile": _sometimes(random, 0.2, lambda: slip(random, p["tel"]), p["tel"]),
        "city": p["town"],
    }


def sparse_contacts(count: int = 1_500, seed: int = 3) -> People:
    """Business contacts with half of everything missing."""
    random = Random(seed)

    def again(row: Row) -> Row:
        return {
            name: ""
            if name != "full_name" and random.random() < 0.5
            else _sometimes(random, 0.15, lambda v=value: slip(random, v), value)
            for name, value in row.items()
        }

    once = []
    for _ in range(int(count * 0.7)):
        first, last, firm = random.choice(FIRST), random.choice(LAST), random.choice(FIRMS)
        once.append(
            {
                "full_name": f"{first} {random.choice('ABCDEFGHKLMNPRSTW')}. {last}",
                "work_phone": f"0{random.randint(100_000_000, 999_999_999)}",
                "email": f"{first[0]}{last}{random.randint(1, 300)}@{firm}.example".lower().replace("'", ""),
                "company": f"{firm} Ltd",
                "postcode": f"{random.randint(1000, 1999)}",
                "notes": random.choice(("", "", "met at the fair", "call back", "prefers e-mail")),
            }
        )
    first_seen = [
        {k: "" if k != "full_name" and random.random() < 0.3 else v for k, v in row.items()} for row in once
    ]
    whole = dict(zip(map(id, first_seen), once, strict=True))
    return _assembled(random, first_seen, lambda row: again(whole[id(row)]), 0.3)


def tiny_list(count: int = 50, seed: int = 4) -> People:
    """Fifty rows by hand: name, phone, town."""
    random = Random(seed)

    def again(row: Row) -> Row:
        return {
            "Name": _sometimes(random, 0.5, lambda: slip(random, row["Name"]), row["Name"]),
            "Phone": _sometimes(random, 0.3, lambda: slip(random, row["Phone"]), row["Phone"]),
            "Town": _sometimes(random, 0.2, str, row["Town"]),
        }

    once = [
        {
            "Name": f"{random.choice(FIRST)} {random.choice(LAST)}",
            "Phone": f"07{random.randint(100_000_000, 999_999_999)}",
            "Town": random.choice(TOWNS),
        }
        for _ in range(int(count * 0.75))
    ]
    return _assembled(random, once, again, 0.25)


def all_different(count: int = 1_000, seed: int = 5) -> People:
    """Nobody is there twice."""
    random = Random(seed)
    found = chinese_customers(count * 2, seed)
    seen: set[int] = set()
    rows = []
    for person, row in zip(found.who[0], found.files[0], strict=True):
        if person not in seen and len(rows) < count:
            seen.add(person)
            rows.append(row)
    random.shuffle(rows)
    return People([rows], [list(range(len(rows)))])


KINDS: dict[str, Callable[[], People]] = {
    "chinese_customers": chinese_customers,
    "hotel_guests": hotel_guests,
    "sparse_contacts": sparse_contacts,
    "tiny_list": tiny_list,
    "all_different": all_different,
}
