"""What is asked in a ballot and by which rules, as a moderator drafts it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from consultations.models import BallotKind, ResultsShown, Secrecy
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from hall.words import own_language

MAX_QUESTION = 200
MAX_OPTION = 100
MIN_OPTIONS, MAX_OPTIONS = 2, 12
MAX_QUORUM = 100_000
MAX_MINUTES = 600


@dataclass(frozen=True, slots=True)
class BallotDraft:
    """`options` are given for single and multiple choice; yes/no/abstain has its own three.

    `quorum` is how many have to vote, 0 for none. `max_choices` matters for multiple choice
    alone; None: as many as there are options. After `minutes` the ballot closes by itself.
    A secret ballot shows its result at the close only: in a small room the order in which the
    counts grow would tell who voted for what.
    """

    question: str
    kind: BallotKind
    options: tuple[str, ...] = ()
    secrecy: Secrecy = Secrecy.OPEN
    results: ResultsShown = ResultsShown.AT_CLOSE
    quorum: int = 0
    max_choices: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """A draft that has been checked."""

    question: str
    kind: BallotKind
    options: tuple[str, ...]
    secrecy: Secrecy
    results: ResultsShown
    quorum: int
    max_choices: int
    minutes: int | None


def checked(draft: BallotDraft) -> Rules:
    """The draft with clean texts, ready to be put to the vote.

    Raises:
        Refusal: `empty`, `too_long` texts; `too_many` options; `invalid` for too few or repeated
            options and figures out of range; each with the `field`.
    """
    question = plain_line(draft.question, max_length=MAX_QUESTION, field="question")
    if draft.secrecy == Secrecy.SECRET and draft.results == ResultsShown.LIVE:
        _invalid("results", _("无记名表决的结果只在结束后公布，以免从票数变化看出谁投了什么。"))
    if not 0 <= draft.quorum <= MAX_QUORUM:
        _invalid("quorum", _("法定票数应在 0 到 %(most)s 之间。") % {"most": MAX_QUORUM})
    if draft.minutes is not None and not 1 <= draft.minutes <= MAX_MINUTES:
        _invalid("minutes", _("时限应在 1 到 %(most)s 分钟之间。") % {"most": MAX_MINUTES})
    options = _options(draft)
    most = draft.max_choices if draft.max_choices is not None else len(options)
    if draft.kind != BallotKind.MULTIPLE:
        most = 1
    elif not 1 <= most <= len(options):
        _invalid("max_choices", _("最多可选项数应在 1 到选项总数之间。"))
    return Rules(
        question=question,
        kind=draft.kind,
        options=options,
        secrecy=draft.secrecy,
        results=draft.results,
        quorum=draft.quorum,
        max_choices=most,
        minutes=draft.minutes,
    )


def _options(draft: BallotDraft) -> tuple[str, ...]:
    if draft.kind == BallotKind.YES_NO:
        if draft.options:
            _invalid("options", _("“赞成、反对、弃权”不另设选项。"))
        with own_language():
            return _("赞成"), _("反对"), _("弃权")
    if len(draft.options) > MAX_OPTIONS:
        sentence = _("选项最多 %(most)s 个。") % {"most": MAX_OPTIONS}
        raise Refusal(Code.TOO_MANY, sentence, field="options")
    options = tuple(
        plain_line(text, max_length=MAX_OPTION, field="options") for text in draft.options
    )
    if len(options) < MIN_OPTIONS:
        _invalid("options", _("请至少写两个选项。"))
    if len(set(options)) < len(options):
        _invalid("options", _("选项不能重复。"))
    return options


def _invalid(field: str, sentence: str) -> None:
    raise Refusal(Code.INVALID, sentence, field=field)
