"""What a column can say about a person."""

from dataclasses import dataclass
from enum import StrEnum

from cdp.errors import N_


class Role(StrEnum):
    NAME = "name"
    GIVEN = "given"
    SURNAME = "surname"
    GENDER = "gender"
    BIRTHDAY = "birthday"
    AGE = "age"
    ID = "id"
    MEMBER = "member"
    PHONE = "phone"
    EMAIL = "email"
    STREET_NO = "street_no"
    ADDRESS = "address"
    SUBURB = "suburb"
    CITY = "city"
    POSTCODE = "postcode"
    STATE = "state"
    COMPANY = "company"
    OTHER = "other"
    RECORD = "record"
    NONE = ""


# What people call them; message ids.
ROLE_NAMES = {
    Role.NAME: N_("name"),
    Role.GIVEN: N_("given name"),
    Role.SURNAME: N_("surname"),
    Role.GENDER: N_("gender"),
    Role.BIRTHDAY: N_("birthday"),
    Role.AGE: N_("age"),
    Role.ID: N_("identity number"),
    Role.MEMBER: N_("member number"),
    Role.PHONE: N_("phone"),
    Role.EMAIL: N_("e-mail"),
    Role.STREET_NO: N_("house number"),
    Role.ADDRESS: N_("address"),
    Role.SUBURB: N_("district"),
    Role.CITY: N_("city"),
    Role.POSTCODE: N_("postcode"),
    Role.STATE: N_("province"),
    Role.COMPANY: N_("company"),
    Role.OTHER: N_("compared as text"),
    Role.RECORD: N_("names the row, not compared"),
    Role.NONE: N_("left out"),
}
# How many columns of one role are compared; what is beyond is an `OTHER`, or joined for addresses.
MOST = {Role.ID: 2, Role.MEMBER: 1, Role.PHONE: 2, Role.EMAIL: 1, Role.ADDRESS: 3}


@dataclass(frozen=True)
class Column:
    """A column of a file and what it is taken for."""

    name: str
    role: Role
