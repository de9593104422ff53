"""Hostile rich text through the forms: nothing of it reaches a page as more than text."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from consultations.models import Stage, Topic
from hall.richtext import ALLOWED_TAGS
from members.roles import Role
from tests.factories import make_consultation, make_opinion, make_person
from tests.web.conftest import As
from tests.web.test_strictness import read_strictly

pytestmark = pytest.mark.django_db

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<p onclick=alert(1)>按</p>",
    "<a href='javascript:alert(1)'>点</a>",
    "<a href='JaVaScRiPt&#58;alert(1)'>点</a>",
    "<a href=' \x01javascript:alert(1)'>点</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>点</a>",
    "<a href='//evil.example/'>点</a>",
    "<a href='http://evil.example/'>点</a>",
    "<p style='background:url(//evil.example/x)'>样</p>",
    "<iframe src='//evil.example'></iframe>",
    "<object data='//evil.example'></object>",
    "<embed src='//evil.example'>",
    "<form action='//evil.example'><input name=a></form>",
    "<math><mtext></p><img src=x onerror=alert(1)></mtext></math>",
    "<p><![CDATA[<img src=x onerror=alert(1)>]]></p>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<p><b><base href='//evil.example/'></b></p>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<style>@import '//evil.example/x.css'</style>",
    "<table background='javascript:alert(1)'><td>格</td></table>",
    "<<p>script>alert(1)<</p>/script>",
    "<p id=main>占</p><p class=button>占</p>",
    "{{ user.phone }} {% csrf_token %}",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            if (tag, name) != ("a", "href") or not (value or "").startswith("https://"):
                self.faults.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(data)


def _tags(html: str) -> list[str]:
    parser = Tags()
    parser.feed(html)
    return parser.faults


def test_topic_background(visit: As) -> None:
    staff = visit(make_person(Role.STAFF))
    for hostile in CORPUS:
        body = f"<p>前</p>{hostile}"
        staff.post(reverse("topic_new"), {"title": "背景", "background": body})
        topic = Topic.objects.latest("pk")
        assert "前" in topic.background
        assert _tags(topic.background) == [], hostile
        page = visit(None).get(reverse("topic", args=[topic.pk]))
        assert read_strictly(page).faults == [], hostile


def test_minutes(visit: As) -> None:
    consultation = make_consultation(Stage.LIVE)
    writer = visit(consultation.prepared_by)
    url = reverse("outcome_minutes", args=[consultation.pk])
    for hostile in CORPUS:
        writer.post(url, {"body": f"<p>前</p>{hostile}"})
        assert _tags(consultation.minutes.order_by("-version")[0].body) == [], hostile
        page = writer.get(reverse("outcome_edit", args=[consultation.pk]))
        assert read_strictly(page).faults == [], hostile


def test_plain_text_is_shown_as_text(visit: As) -> None:
    consultation = make_consultation(Stage.LIVE, title="<b>粗</b>", question="<img src=x>")
    author = make_person(alias="<i>斜</i>")
    visit(author).get(reverse("room", args=[consultation.pk]))
    make_opinion(consultation, text="<script>alert(1)</script>")
    for name in ("consultation", "outcome_edit"):
        url = reverse(name, args=[consultation.pk])
        page = visit(consultation.prepared_by).get(url)
        assert read_strictly(page).faults == []
        assert "&lt;b&gt;粗&lt;/b&gt;" in page.content.decode()
    assert "&lt;i&gt;斜&lt;/i&gt;" in visit(author).get("/").content.decode()


@pytest.mark.parametrize("turner", ["\u202e", "&#8238;", "&#x202E;", "&#x202e", "&rlm;", "\u2066"])
def test_rich_text_cannot_turn_the_words_of_a_page_around(visit: As, turner: str) -> None:
    body = f"<p>前{turner}后 &amp; e\u0301 {'z' + chr(0x335) * 40}</p>"
    visit(make_person(Role.STAFF)).post(reverse("topic_new"), {"title": "背景", "background": body})
    kept = Topic.objects.latest("pk").background
    assert kept == f"<p>前后 &amp; é {'z' + chr(0x335) * 8}</p>"
