"""What views read of a request."""

import pytest
from django.test import RequestFactory

from members.requests import words_asked


@pytest.mark.parametrize(
    ("asked", "words"),
    [("%E6%9D%8E%E5%BC%BA", "李强"), ("+a%00%0A++b+", "a b"), ("%00", ""), ("", "")],
)
def test_words_asked_are_one_line_that_every_database_takes(asked: str, words: str) -> None:
    assert words_asked(RequestFactory().get(f"/?q={asked}")) == words
