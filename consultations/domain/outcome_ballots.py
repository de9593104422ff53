"""The ballots of an outcome, and counts by identity."""

from typing import Any

from consultations.domain.session_parts import BallotResult, IdentityCount, OptionResult
from consultations.models import Ballot, Consultation
from members.roles import Role

_NOTHING = {"voted": 0, "by_identity": {}, "quorum_reached": False, "options": []}


def ballots_of(consultation: Consultation) -> tuple[BallotResult, ...]:
    """The ballots that were closed, by number. Two queries."""
    closed = consultation.ballots.filter(closed_at__isnull=False).order_by("number")
    return tuple(_ballot(ballot) for ballot in closed.prefetch_related("options"))


def _ballot(ballot: Ballot) -> BallotResult:
    assert ballot.closed_at is not None  # noqa: S101 (only closed ones are asked for)
    assert ballot.result is not None  # noqa: S101
    result: dict[str, Any] = _NOTHING if ballot.void_reason else ballot.result
    hands = result.get("hands") or {"people": 0, "counts": [0] * len(result["options"])}
    texts = {option.position: option.text for option in ballot.options.all()}
    return BallotResult(
        number=ballot.number,
        question=ballot.question,
        kind=ballot.kind,
        kind_label=ballot.get_kind_display(),
        secrecy=ballot.secrecy,
        secrecy_label=ballot.get_secrecy_display(),
        opened_at=ballot.opened_at,
        closed_at=ballot.closed_at,
        how=ballot.how_closed,
        how_label=ballot.get_how_closed_display(),
        quorum=ballot.quorum,
        quorum_reached=result["quorum_reached"],
        voted=result["voted"],
        by_identity=identity_counts(result["by_identity"]),
        options=tuple(
            OptionResult(
                position=one["position"],
                text=texts[one["position"]],
                count=one["count"],
                by_identity=identity_counts(one["by_identity"]),
                hands=raised,
            )
            for one, raised in zip(result["options"], hands["counts"], strict=True)
        ),
        hands=hands["people"],
        void_reason=ballot.void_reason,
    )


def identity_counts(counts: dict[str, int]) -> tuple[IdentityCount, ...]:
    """Those identities of which there is somebody, in the order of `Role`."""
    return tuple(
        IdentityCount(role.value, str(role.label), counts[role])
        for role in Role
        if counts.get(role)
    )
