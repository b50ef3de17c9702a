"""Provinces by their GB/T 2260 names, from full names, short names and the start of an address."""

from cdp.errors import N_, Problem

_AUTONOMOUS = {
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区",
    "澳门": "澳门特别行政区",
}
_CITIES = ("北京", "天津", "上海", "重庆")
_OTHERS = (
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南"
    " 四川 贵州 云南 陕西 甘肃 青海 台湾"
)

SHORT_NAMES: dict[str, str] = {
    **{city: f"{city}市" for city in _CITIES},
    **{name: f"{name}省" for name in _OTHERS.split()},
    **_AUTONOMOUS,
}
PROVINCES: tuple[str, ...] = tuple(SHORT_NAMES.values())
_TRADITIONAL = str.maketrans("內廣西寧疆門臺灣蘇遼慶龍東陝貴雲肅", "内广西宁疆门台湾苏辽庆龙东陕贵云肃")
_LEADING = ("中华人民共和国", "中国", "CN", "China")


def clean_province(text: str) -> str | Problem:
    name = text.translate(_TRADITIONAL).lstrip(" ,，.-")
    for leading in _LEADING:
        name = name.removeprefix(leading).lstrip(" ,，.-")
    for short, full in SHORT_NAMES.items():
        if name.startswith(short):
            return full
    return Problem(
        (),
        N_("This is not a province of China"),
        N_("Write a province such as 浙江省 or 上海, or map the column to an attribute of another name"),
    )
