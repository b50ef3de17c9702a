import pytest

from cdp.access.web import number_asked


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("", 7),
        ("-3", 7),
        ("1.5", 7),
        ("²", 7),
        ("１２", 7),
        ("9" * 5000, 7),
        ("999999999", 999_999_999),
    ],
)
def test_a_number_of_an_address_is_read_or_it_is_none(text, number):
    assert number_asked(text, 7) == number
