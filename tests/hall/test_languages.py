"""Two languages: every sentence translated, placeholders kept, the choice kept on the device."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hall.words import own_language, room_words
from members.people import join_by_phone
from scripts.messages import CONTEXT, FOLDER, Catalogue, collected, compiled, read_po, write_po

NAMES = ("django", "djangojs")
_PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SIGNS = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
# What of a template or a module is not its own words, or is wrapped for translation.
_WRAPPED = [
    re.compile(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", re.S),
    re.compile(r"{%\s*translate\s+(\"[^\"]*\"|'[^']*')[^%]*%}"),
    re.compile(r"\b_\(\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*')"),
    re.compile(r"{#.*?#}|/\*.*?\*/|(?<!:)//[^\n]*", re.S),
    re.compile(r"<[^>]*\blang=\"zh-hans\"[^>]*>[^<]*"),
]
# Sentences of Chinese text, and what a Chinese voice reads.
_ABOUT_CHINESE = {"js/room/aloud.js", "js/pages/aloud.js", "js/room/elements/one-by-one.js"}
# What the page's numbers of opinions are put together with is read again in any language.
_ABOUT_CHINESE |= {"js/pages/cite.js"}


def catalogue(name: str) -> Catalogue:
    return read_po((FOLDER / f"{name}.po").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said() -> dict[str, Catalogue]:
    return collected()


def sentences(name: str) -> Iterator[tuple[str, str]]:
    for text, message in catalogue(name).items():
        for each in message.said:
            yield text, each


def test_collecting_finds_python_templates_and_modules(said: dict[str, Catalogue]) -> None:
    assert "请先登录。" in said["django"]
    assert "有事好商量" in said["django"]
    assert said["django"]["%(n)s 人支持"].plural == "%(n)s 人支持"
    assert {"议题", f"several{CONTEXT}议题"} <= said["django"].keys()
    assert "按时间" in said["djangojs"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_translated(said: dict[str, Catalogue], name: str) -> None:
    known = catalogue(name)
    missing = [text for text in said[name] if text not in known or not known[text].is_translated]
    assert missing == [], "run make messages, and translate what is new"
    assert sorted(known) == sorted(said[name])


@pytest.mark.parametrize("name", NAMES)
def test_placeholders_are_those_of_the_sentence(name: str) -> None:
    wrong = [
        text
        for text, each in sentences(name)
        if set(_PLACES.findall(text)) - {"%%"} != set(_PLACES.findall(each)) - {"%%"}
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_english_is_english(name: str) -> None:
    assert [text for text, each in sentences(name) if _CHINESE.search(each)] == []


def test_nothing_is_said_without_translation() -> None:
    root = Path(settings.BASE_DIR)
    templates, modules = root / "templates", root / "static"
    files = [*templates.rglob("*.html"), *modules.glob("js/**/*.js")]
    found = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        for wrapped in _WRAPPED:
            text = wrapped.sub("", text)
        if left := sorted(set(_SIGNS.findall(text))):
            top = modules if file.suffix == ".js" else templates
            found[file.relative_to(top).as_posix()] = left
    assert {name: left for name, left in found.items() if name not in _ABOUT_CHINESE} == {}


@pytest.mark.parametrize("name", NAMES)
def test_compiled_file_is_that_of_the_sentences(name: str) -> None:
    assert (FOLDER / f"{name}.mo").read_bytes() == compiled(catalogue(name)), "run make messages"


def test_written_catalogue_reads_the_same() -> None:
    one = 'msgid "a\\n\\"b\\""\nmsgstr "c"\n'
    two = '#, fuzzy\nmsgid "d"\nmsgid_plural "e"\nmsgstr[0] "f"\nmsgstr[1] "g"\n'
    three = 'msgctxt "h"\nmsgid "d"\nmsgstr "i"\n'
    text = f"{one}\n{two}\n{three}"
    messages = read_po(text)
    assert messages['a\n"b"'].said == ["c"]
    assert messages[f"h{CONTEXT}d"].said == ["i"]
    assert (messages["d"].said, messages["d"].fuzzy) == (["f", "g"], True)
    for message in messages.values():
        message.places.add("x.py")
    assert read_po(write_po(messages)).keys() == messages.keys()
    assert b"c" in compiled(messages)
    assert b"h\x04d\0" in compiled(messages)
    assert b"f\0g" not in compiled(messages)


@pytest.mark.django_db
def test_choice_at_the_foot_is_kept(client: Client) -> None:
    home = reverse("home")
    assert (
        '<html lang="zh-hans"'
        in client.get(home, headers={"accept-language": "en"}).content.decode()
    )
    response = client.post(reverse("set_language"), {"language": "en", "next": home})
    assert response["Location"] == home
    page = client.get(home)
    assert page["Content-Language"] == "en"
    assert ">Topics</a>" in page.content.decode()
    assert '<html lang="en"' in page.content.decode()
    client.post(reverse("set_language"), {"language": "zh-hans", "next": home})
    assert '<html lang="zh-hans"' in client.get(home).content.decode()


@pytest.mark.django_db
def test_what_is_stored_is_chinese_whoever_asks() -> None:
    with translation.override("en"):
        assert join_by_phone("+8613900001234").alias.startswith("居民")
        with own_language():
            assert translation.get_language() == settings.LANGUAGE_CODE


def test_room_has_its_words_in_english_and_none_in_chinese() -> None:
    assert room_words("zh-hans") == {}
    words = room_words("en")
    assert words["按时间"]
    assert json.dumps(words)
    assert not set(words) - set(catalogue("djangojs"))
    assert Path(settings.LOCALE_PATHS[0]).is_relative_to(settings.BASE_DIR)
