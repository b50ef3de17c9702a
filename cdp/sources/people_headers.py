"""What the columns of a list of people are, from their headers, and from their values where headers say nothing."""

import re
import unicodedata
from collections.abc import Sequence

from cdp.identity.matching.roles import Column, Role

from .headers import ATTRIBUTES, IDENTIFIERS

_KNOWN = {"phone": Role.PHONE, "email": Role.EMAIL, "member_no": Role.MEMBER, "gender": Role.GENDER}
_KNOWN |= {"birthday": Role.BIRTHDAY, "age": Role.AGE, "name": Role.NAME}
# Whole headers, in small letters without spaces and signs.
_WHOLE: dict[Role, str] = {
    Role.RECORD: "id recid recordid rowid uniqueid uid rownumber rownum row index idx no seq sn key recno "
    "序号 编号 "
    "編號 序號 行号 记录号 cluster clusterid entity entityid trueid label sourcedataset",
    Role.GIVEN: "given givenname first firstname fname forename forenames prenom vorname 名 名字 given1",
    Role.SURNAME: "surname last lastname lname family familyname sname nachname nom 姓 姓氏",
    Role.NAME: "fullname name nameen namecn namezh englishname chinesename pinyin guest guestname customer "
    "customername contact contactname person client clientname membername patient patientname 姓名 名称 客户 "
    "客户名称 客戶姓名 客人姓名 入住人 住客姓名 旅客姓名 联系人 聯絡人 收件人 收货人 收貨人 会员姓名 "
    "會員姓名 拼音 姓名拼音",
    Role.BIRTHDAY: "dob birth born bday dateofbirth birthdate birthday 生日 出生 出生日期 出生年月 出生年月日",
    Role.ID: "ssn socsecid socialsecuritynumber socialsecurity nationalid idcard idno idnumber passport "
    "passportno "
    "passportnumber taxid nin nino tfn medicare 身份证 身份证号 身份证号码 身分證 身分證字號 证件号 "
    "证件号码 證件號碼 "
    "护照 护照号 護照號碼",
    Role.MEMBER: "memberno membernumber membership membershipno loyalty loyaltyno cardno cardnumber 会员号 "
    "会员卡号 卡号",
    Role.PHONE: "phone mobile tel telephone cell cellphone telno phoneno contactno 手机 手机号 电话 "
    "聯絡電話 手機 電話",
    Role.STREET_NO: "streetnumber streetno houseno housenumber number 门牌号 门牌 門牌",
    Role.ADDRESS: "address addr address1 address2 address3 street streetname streetaddress addressline1 "
    "addressline2 "
    "line1 line2 homeaddress road 地址 住址 详细地址 詳細地址 家庭住址 收货地址 收件地址 联系地址 通訊地址 "
    "街道 小区",
    Role.SUBURB: "suburb district locality neighbourhood neighborhood borough 区 区县 县 县区 區 行政区",
    Role.CITY: "city town municipality ort ville place 城市 市 所在城市 縣市",
    Role.POSTCODE: "postcode postalcode zip zipcode post plz cp 邮编 邮政编码 郵遞區號 郵編",
    Role.STATE: "state province region county prefecture bundesland 省 省份 州 所在省 省市",
    Role.COMPANY: "company employer organisation organization firm workplace business 公司 单位 工作单位 "
    "公司名称 公司名稱",
    Role.GENDER: "gender sex 性别 性別",
    Role.AGE: "age 年龄 年齡",
}
# Words in a header of several words, the more telling first.
_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.EMAIL, "email mail 邮箱 邮件 郵箱 郵件"),
    (Role.PHONE, "phone mobile tel telephone cell cellphone whatsapp 手机 电话 手機 電話"),
    (Role.BIRTHDAY, "dob birthday birthdate born 生日 出生"),
    (Role.ID, "ssn passport nino 身份证 身分證 证件 證件 护照 護照"),
    (Role.POSTCODE, "postcode postal zip zipcode 邮编 邮政 郵遞"),
    (Role.COMPANY, "company employer organisation organization 公司 单位"),
    (Role.SURNAME, "surname lastname familyname 姓氏"),
    (Role.GIVEN, "forename firstname givenname 名字"),
    (Role.ADDRESS, "address addr street 地址 住址"),
    (Role.SUBURB, "suburb district 区县"),
    (Role.CITY, "city town 城市"),
    (Role.STATE, "state province 省份"),
    (Role.GENDER, "gender sex 性别 性別"),
    (Role.AGE, "age 年龄 年齡"),
    (Role.MEMBER, "membership loyalty 会员号 卡号 會員號"),
    (Role.NAME, "姓名 拼音"),
)
_PAIRS: tuple[tuple[Role, str, str], ...] = (
    (Role.BIRTHDAY, "birth", "date day"),
    (Role.GIVEN, "first given fore christian", "name"),
    (Role.SURNAME, "last family sur", "name"),
    (Role.STREET_NO, "street house building", "number no num"),
    (Role.ID, "national tax identity security sec document", "id number no num"),
    (Role.MEMBER, "member customer client loyalty card vip", "id no number num code"),
    (Role.NAME, "full guest customer client contact member patient person display user", "name"),
)
_NOT_THEIRS = frozenset(["birthcity", "birthtown", "birthstate", "出生地", "签发地址"])
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_ID_CARD = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dXx]")
_SOUNDS = ((Role.EMAIL, _EMAIL), (Role.ID, _ID_CARD), (Role.PHONE, _MOBILE))


def people_columns(columns: Sequence[str], sample: Sequence[Sequence[str]] = ()) -> list[Column]:
    """One role for each column; `sample` holds the first rows, as texts."""
    found = []
    for place, name in enumerate(columns):
        role = _by_header(name)
        if role is None:
            role = _by_values([row[place] for row in sample if place < len(row)])
        found.append(Column(name, role))
    return found


def _by_header(name: str) -> Role | None:
    whole, words = _parts(name)
    if whole in _EXACT:
        return _EXACT[whole]
    if {"place", "country"} & set(words) or whole in _NOT_THEIRS:
        return Role.OTHER
    for role, first, second in _PAIRS:
        if set(words) & set(first.split()) and set(words) & set(second.split()):
            return role
    for role, telling in _WORDS:
        for word in telling.split():
            if word in words or (_CHINESE.search(word) and word in whole):
                return role
    numbered = whole.rstrip("0123456789")
    return _EXACT.get(numbered)


def _parts(name: str) -> tuple[str, list[str]]:
    """The header without spaces and signs, and the words it is made of (camelCase counts)."""
    text = unicodedata.normalize("NFKC", name).strip()
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    words = re.findall(r"[^\W_]+", spaced)
    return "".join(words), words


def _by_values(values: Sequence[str]) -> Role:
    filled = [value.strip() for value in values if value and value.strip()]
    for role, form in _SOUNDS:
        if filled and sum(bool(form.fullmatch(value)) for value in filled) * 10 >= len(filled) * 7:
            return role
    return Role.OTHER


def _exact() -> dict[str, Role]:
    found = {
        _parts(header)[0]: _KNOWN[known.slug]
        for known in (*IDENTIFIERS, *ATTRIBUTES)
        if known.slug in _KNOWN
        for header in known.headers
    }
    return found | {header: role for role, headers in _WHOLE.items() for header in headers.split()}


_EXACT = _exact()
