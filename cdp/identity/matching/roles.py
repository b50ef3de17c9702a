"""What a column can say about a person."""

from dataclasses import dataclass
from enum import StrEnum


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


# How many columns of one role are compared; what is beyond is an `OTHER`, or joined for addresses.
MOST = {Role.ID: 2, Role.MEMBER: 1, Role.PHONE: 2, Role.EMAIL: 1, Role.ADDRESS: 3}


@dataclass(frozen=True)
class Column:
    """A column of a file and what it is taken for."""

    name: str
    role: Role
