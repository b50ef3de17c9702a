import pytest

from cdp.sources.people_headers import people_columns


@pytest.mark.parametrize(
    "header, role",
    [
        ("given_name", "given"),
        ("customerFirstName", "given"),
        ("Last Name", "surname"),
        ("Guest surname", "surname"),
        ("FULL NAME", "name"),
        ("客户姓名", "name"),
        ("收貨人", "name"),
        ("姓", "surname"),
        ("soc_sec_id", "id"),
        ("Passport No.", "id"),
        ("身份证号", "id"),
        ("会员编号", "member"),
        ("card_id", "member"),
        ("date_of_birth", "birthday"),
        ("出生日期", "birthday"),
        ("Home phone", "phone"),
        ("手机号码", "phone"),
        ("E-mail", "email"),
        ("street_number", "street_no"),
        ("address_1", "address"),
        ("家庭地址", "address"),
        ("Suburb", "suburb"),
        ("City/Town", "city"),
        ("Zip code", "postcode"),
        ("省份", "state"),
        ("employer", "company"),
        ("性別", "gender"),
        ("rec_id", "record"),
        ("序号", "record"),
        ("birth_place", "other"),
        ("order_amount", "other"),
        ("product_name", "other"),
    ],
)
def test_a_header_says_what_its_column_is(header, role):
    assert people_columns([header])[0].role == role


@pytest.mark.parametrize(
    "values, role",
    [
        (["a@b.cn", "li@x.org", ""], "email"),
        (["13800138000", "139 1234 5678"], "phone"),
        (["110101199003071234", "44030119851212001X"], "id"),
        (["red", "blue"], "other"),
        (["", ""], "other"),
    ],
)
def test_where_the_header_says_nothing_the_values_do(values, role):
    assert people_columns(["column_1"], [[value] for value in values])[0].role == role
