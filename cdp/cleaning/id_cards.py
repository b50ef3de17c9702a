"""Numbers of Chinese identity cards (GB 11643): 18 signs with a checksum, or the 15 digits of before 1999."""

import re
from dataclasses import dataclass
from datetime import date

from cdp.errors import N_, Problem

from .identifiers import SCIENTIFIC, masked, scientific

_LONG = re.compile(r"\d{17}[\dX]")
_SHORT = re.compile(r"\d{15}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
    "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
NOT_A_CARD = Problem(
    (),
    N_("This is not the number of an identity card"),
    N_("It has 18 digits, the last of which may be X, or 15 on old cards"),
)
WRONG_CHECK = Problem(
    (),
    N_("The last sign of this identity card number does not fit the others, so one of them is mistyped"),
    N_("Look at the card, or at the original file, and correct the number"),
)


@dataclass(frozen=True)
class IdCard:
    """`number` has 18 signs, also where 15 were written. `gender` is male or female."""

    number: str
    birthday: date
    gender: str
    province: str


def id_card_of(text: str) -> IdCard | Problem:
    if "*" in text:
        return masked()
    if SCIENTIFIC.fullmatch(text):
        return scientific()
    bare = re.sub(r"[\s-]", "", text).upper()
    if _SHORT.fullmatch(bare):
        bare = bare[:6] + "19" + bare[6:]
        bare += check_sign(bare)
    if not _LONG.fullmatch(bare) or bare[:2] not in PROVINCES:
        return NOT_A_CARD
    try:
        birthday = date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        return NOT_A_CARD
    if bare[17] != check_sign(bare[:17]):
        return WRONG_CHECK
    return IdCard(bare, birthday, "male" if int(bare[16]) % 2 else "female", PROVINCES[bare[:2]])


def check_sign(digits: str) -> str:
    """ISO 7064, MOD 11-2, of the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _SIGNS[total % 11]
