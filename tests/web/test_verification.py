"""核验: the page for receipts, published heads, public archives, and erasing for staff."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from consultations.archiving import verify
from consultations.archiving.verify import Receipt, verify_archive, verify_proof
from consultations.domain.archives import seal
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.heads import publish_head
from consultations.domain.opinions import hide_opinion
from consultations.domain.receipts import ReceiptCode, read_code
from consultations.domain.signing_key import signing_key
from consultations.models import (
    Consultation,
    Erasure,
    ErasureState,
    Opinion,
    OpinionState,
    RoomEvent,
    Stage,
)
from members.roles import Role, SeatRole
from tests.factories import bring_to_review, make_consultation, make_opinion, make_person, seated
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
SECRET = "张三家住三号楼五零二室。"


@pytest.fixture
def room() -> Consultation:
    made = make_consultation(Stage.LIVE)
    seated(made, SeatRole.MODERATOR)
    return made


def code_of(opinion: Opinion) -> str:
    event = RoomEvent.objects.get(consultation=opinion.consultation, seq=opinion.posted_seq)
    return f"{opinion.consultation_id}:{event.seq}:{event.digest}"


def ask(visit: As, code: str) -> Any:
    return visit(None).get(reverse("verify"), {"receipt": code})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_receipt_that_holds_says_where_it_is(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room)
    make_opinion(room)
    page = ask(visit, f"我的回执 {code_of(opinion)}，请核验")
    assert page.status_code == 200
    assert "回执有效" in text(page)
    assert "第 1 条记录，共 2 条" in text(page)
    assert "还没有。协商进行时每几分钟签名公布一次" in text(page)
    publish_head(room.pk)
    assert "公布的日志头（到第 2 条）" in text(ask(visit, code_of(opinion)))


@pytest.mark.parametrize("shape", ["full", "spaced", "wide", "upper", "address"])
def test_receipt_is_read_as_people_paste_it(shape: str) -> None:
    digest = "ab" * 32
    pasted = {
        "full": f"7:345:{digest}",
        "spaced": f"回执 7 : 345 : {digest[:16]} {digest[16:40]}\n{digest[40:]}",
        "wide": f"７：３４５：{digest}",
        "upper": f"7:345:{digest.upper()}",
        "address": f"https://hall.example/verify/?c=7&n=345&d={digest}",
    }[shape]
    assert read_code(pasted) == ReceiptCode(7, 345, digest)


@pytest.mark.parametrize(
    "pasted", ["", "你好", "7:345", f"7:345:{'ab' * 31}", f"7:345:{'ab' * 33}", f"{'9' * 30}:1:x"]
)
def test_what_is_no_receipt_is_said_to_be_none(visit: As, pasted: str) -> None:
    assert read_code(pasted) is None
    page = ask(visit, pasted)
    assert page.status_code == 422
    assert "看不出这是一张回执" in text(page) or "请粘贴回执" in text(page)


def test_receipt_that_does_not_hold_says_why(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room)
    pk, _seq, digest = code_of(opinion).split(":")
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:]
    for code, words in {
        f"999999:1:{digest}": "没有编号为 999999 的协商会",
        f"{pk}:2:{digest}": "记录只到第 1 条，没有第 2 条",
        f"{pk}:999999999999999:{digest}": "没有第 999999999999999 条",
        f"{pk}:1:{wrong}": "它的摘要与您的回执不同",
    }.items():
        page = ask(visit, code)
        assert page.status_code == 200
        assert words in text(page), code
        assert "回执有效" not in text(page)


def test_receipt_of_a_record_that_was_changed_says_so(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room)
    code = code_of(opinion)
    RoomEvent.objects.update(body={"number": 1, "text": "改过的话"})
    assert "自身核验不通过" in text(ask(visit, code))


def test_drafts_are_not_betrayed(visit: As) -> None:
    draft = make_consultation(Stage.DRAFT)
    page = ask(visit, f"{draft.pk}:1:{'ab' * 32}")
    assert f"没有编号为 {draft.pk} 的协商会" in text(page)


def test_scanned_address_opens_the_answer_and_its_code(visit: As, room: Consultation) -> None:
    pk, seq, digest = code_of(make_opinion(room)).split(":")
    fields = {"c": pk, "n": seq, "d": digest}
    assert "回执有效" in text(visit(None).get(reverse("verify"), fields))
    drawing = visit(None).get(reverse("receipt_qr"), fields)
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawing.content
    for wrong in ({}, {"c": pk, "n": seq, "d": "x"}):
        assert visit(None).get(reverse("receipt_qr"), wrong).status_code == 404
        assert visit(None).get(reverse("receipt_proof"), wrong).status_code == 404


def test_proofs_verify_alone(visit: As, room: Consultation, tmp_path: Path) -> None:
    """From the page to verify.py in a process of its own, in the live head and in the archive."""
    opinions = [make_opinion(room) for _ in range(5)]
    publish_head(room.pk)
    bring_to_review(room)
    archive = seal(room, by=room.prepared_by)
    browser = visit(None)
    key = tmp_path / "key.pem"
    key.write_bytes(browser.get(reverse("public_key")).content)
    chain = tmp_path / "keys.json"
    chain.write_bytes(browser.get(reverse("key_chain")).content)
    program = tmp_path / "verify.py"
    program.write_bytes(browser.get(reverse("verifier")).content)
    for opinion in opinions:
        code = code_of(opinion)
        pk, seq, digest = code.split(":")
        for within in ("live", "archive"):
            fields = {"c": pk, "n": seq, "d": digest, "in": within}
            taken = browser.get(reverse("receipt_proof"), fields)
            assert "attachment" in taken["Content-Disposition"]
            file = tmp_path / f"{within}.json"
            file.write_bytes(taken.content)
            report = verify_proof(
                file, trusted=[archive.key_id], receipts=[Receipt(int(seq), digest, f"room-{pk}")]
            )
            assert report.ok, report.as_text()
    command = [sys.executable, "-I", str(program), "--key", str(key), "--keys", str(chain)]
    more = ["--proof", str(tmp_path / "live.json"), "--receipt", code]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:5]) == (0, "通过 OK"), done.stdout + done.stderr
    for wrong in ({"in": "nowhere"}, {"d": "0" * 64}):
        assert browser.get(reverse("receipt_proof"), {**fields, **wrong}).status_code == 404


def test_proof_of_a_log_that_was_rewritten_is_refused(visit: As, room: Consultation) -> None:
    first, second = make_opinion(room), make_opinion(room)
    publish_head(room.pk)
    pk, seq, digest = code_of(second).split(":")
    RoomEvent.objects.filter(seq=first.posted_seq).update(by=make_person())
    fields = {"c": pk, "n": seq, "d": digest, "in": "live"}
    assert visit(None).get(reverse("receipt_proof"), fields).status_code == 409


def test_published_heads_are_for_anyone_to_keep(visit: As, room: Consultation) -> None:
    address = reverse("live_heads", args=[room.pk])
    assert "几分钟内就会公布第一个" in text(visit(None).get(address))
    make_opinion(room)
    head = publish_head(room.pk)
    assert head is not None
    page = text(visit(None).get(address))
    assert "到第 1 条" in page
    assert head.chain_head in page
    kept = json.loads(visit(None).get(reverse("live_heads_json", args=[room.pk])).content)
    assert kept["heads"] == [{"content": head.content, "signature": head.signature}]
    lines = visit(None).get(reverse("live_heads_text", args=[room.pk])).content.decode()
    assert lines.split()[1:4] == ["1", head.chain_head, head.merkle_root]
    draft = make_consultation(Stage.DRAFT)
    for name in ("live_heads", "live_heads_json", "live_heads_text"):
        assert visit(None).get(reverse(name, args=[draft.pk])).status_code == 404


def test_public_archive_holds_nothing_that_was_hidden(
    visit: As, room: Consultation, tmp_path: Path
) -> None:
    secret = make_opinion(room, text=SECRET)
    moderator = room.seats.get(role=SeatRole.MODERATOR).person
    hide_opinion(room, number=secret.number, reason="含个人信息", by=moderator)
    returned = make_opinion(room, text="没有通过审核的话")
    rows = Opinion.objects.filter(pk=returned.pk)
    rows.update(state=OpinionState.RETURNED, state_reason="与议题无关")
    bring_to_review(room)
    archive = seal(room, by=room.prepared_by)
    page = text(visit(None).get(reverse("archive", args=[archive.number])))
    assert reverse("archive_public", args=[archive.number]) in page
    assert reverse("archive_download", args=[archive.number]) not in page
    taken = visit(None).get(reverse("archive_public", args=[archive.number]))
    file = tmp_path / "public.zip"
    file.write_bytes(taken.content)
    report = verify_archive(file, trusted=[signing_key().key_id])
    assert report.ok, report.as_text()
    assert report.withheld >= 3
    with zipfile.ZipFile(BytesIO(taken.content)) as bag:
        inside = "".join(bag.read(name).decode("utf-8", "replace") for name in bag.namelist())
    for words in (SECRET, "含个人信息", "没有通过审核的话"):
        assert words not in inside
    complete = visit(make_person(Role.STAFF)).get(
        reverse("archive_download", args=[archive.number])
    )
    with zipfile.ZipFile(BytesIO(complete.content)) as bag:
        records = next(name for name in bag.namelist() if name.endswith(verify.RECORDS))
        assert SECRET in bag.read(records).decode()


def test_erasing_takes_two_of_the_staff(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room, text=SECRET)
    first, second = make_person(Role.STAFF), make_person(Role.STAFF)
    address = reverse("erasures", args=[room.pk])
    words = {"number": opinion.number, "basis": "某某法院裁定", "reason": "裁定"}
    assert visit(first).post(address, {**words, "basis": ""}).status_code == 422
    assert visit(first).post(address, {**words, "number": 99}).status_code == 422
    assert visit(first).post(address, words).status_code == 302
    erasure = Erasure.objects.get()
    decide = reverse("erasure_decide", args=[room.pk, erasure.pk])
    assert "要由另一位工作人员复核" in text(visit(first).get(address))
    assert "确认删除" not in text(visit(first).get(address))
    visit(first).post(decide, {"decision": "erase"})
    erasure.refresh_from_db()
    assert erasure.state == ErasureState.ASKED
    assert "确认删除" in text(visit(second).get(address))
    visit(second).post(decide, {"decision": "erase"})
    erasure.refresh_from_db()
    assert erasure.state == ErasureState.DONE
    assert SECRET not in text(visit(second).get(address))
    mine = text(visit(opinion.author).get(reverse("me")))
    assert "这条的正文已依法删除。依据：某某法院裁定" in mine
    assert "正文已依法删除（依据：某某法院裁定）" in text(ask(visit, code_of(opinion)))


def test_erasing_is_for_staff(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room)
    staff = make_person(Role.STAFF)
    words = {"number": opinion.number, "basis": "裁定", "reason": "裁定"}
    erasure = ask_erasure(room, by=staff, **words)
    address = reverse("erasures", args=[room.pk])
    decide = reverse("erasure_decide", args=[room.pk, erasure.pk])
    moderator = room.seats.get(role=SeatRole.MODERATOR).person
    for person in (make_person(), make_person(Role.MEMBER), moderator):
        assert visit(person).get(address).status_code == 403
        assert visit(person).post(address, words).status_code == 403
        assert visit(person).post(decide, {"decision": "erase"}).status_code == 403
    assert visit(staff).get(decide)["Location"] == address
    other = make_consultation(Stage.LIVE)
    elsewhere = reverse("erasure_decide", args=[other.pk, erasure.pk])
    assert visit(make_person(Role.STAFF)).post(elsewhere).status_code == 404


def test_archive_page_tells_of_editions_and_tombstones(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room, text=SECRET)
    bring_to_review(room)
    archive = seal(room, by=room.prepared_by)
    words = {"number": opinion.number, "basis": "某某法院裁定", "reason": "裁定"}
    waiting = ask_erasure(room, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    page = text(visit(None).get(reverse("archive", args=[archive.number])))
    assert "第 2 版" in page
    assert "某某法院裁定" in page
    assert SECRET not in page
    newest = archive.editions.get(number=2)
    assert newest.digest in page
    assert newest.public_digest in page


def test_own_page_gives_the_receipts(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room)
    page = visit(opinion.author).get(reverse("me")).content.decode()
    code = code_of(opinion)
    assert f"{reverse('verify')}?receipt={code.replace(':', '%3A')}" in page


def test_record_and_opinion_pages_show_the_tombstone(visit: As, room: Consultation) -> None:
    opinion = make_opinion(room, text=SECRET)
    name = opinion.author.alias
    words = {"number": opinion.number, "basis": "某某法院裁定", "reason": "裁定"}
    waiting = ask_erasure(room, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    browser = visit(make_person())
    record = text(browser.get(reverse("record", args=[room.pk])))
    assert "意见 1 的记录，正文已依法删除" in record
    assert "依法删除意见 1 的正文" in record
    page = text(browser.get(reverse("opinion", args=[room.pk, opinion.number])))
    assert "这条的正文已依法删除" in page
    for shown in (record, page):
        assert SECRET not in shown
        assert name not in shown
