import pytest

from members.phones import InvalidPhone, parse_phone


@pytest.mark.parametrize(
    "text",
    ["13800000001", "138 0000 0001", "138-0000-0001", "+86 13800000001", "１３８０００００００１"],
)
def test_parse_phone_reads_what_people_write(text: str) -> None:
    assert parse_phone(text) == "+8613800000001"


@pytest.mark.parametrize("text", ["", "138", "abc", "11111111111", "1380000000100", "++86"])
def test_parse_phone_refuses_what_is_no_phone(text: str) -> None:
    with pytest.raises(InvalidPhone, match="请填写正确的手机号"):
        parse_phone(text)
