"""The result of a ballot: counted from its rows, and bound by a digest of every vote."""

from hashlib import sha256
from typing import Any

from consultations.archiving.canonical import canonical
from consultations.domain.ballot_cards import count
from consultations.domain.hand_counts import last_count
from consultations.models import Ballot


def result_of(ballot: Ballot, salt: str) -> dict[str, Any]:
    """The result by the rows as they stand, with a digest that binds them under `salt`.

    `{voted, by_identity, quorum_reached, options: [{position, count, by_identity}], hands,
    votes_digest}`; a secret ballot's options have no `by_identity`. `hands` is `{people, counts}`
    of what was counted in the hall, or null: it is in `voted` and `count`, and in no
    `by_identity`.
    """
    hands = last_count(ballot)
    counts = count(ballot, hands=hands)
    return {
        "voted": counts.voted,
        "by_identity": counts.by_identity,
        "quorum_reached": counts.voted >= ballot.quorum,
        "options": [
            {
                "position": position,
                "count": votes,
                "by_identity": counts.options_by_identity.get(position, {}),
            }
            for position, votes in counts.options.items()
        ],
        "hands": {"people": hands.people, "counts": hands.counts} if hands else None,
        "votes_digest": votes_digest(ballot, salt),
    }


def votes_digest(ballot: Ballot, salt: str) -> str:
    """SHA-256 over `salt` and the canonical list of votes, `[person, choices]` by person.

    Of a secret ballot: who voted, and `[position, votes]` of the options. The salt keeps the few
    votes of a small room from being guessed back from their digest.
    """
    votes = ballot.votes.order_by("person_id")
    bound: Any
    if ballot.is_secret:
        options = ballot.options.order_by("position").values_list("position", "secret_votes")
        bound = [list(votes.values_list("person_id", flat=True)), list(options)]
    else:
        bound = list(votes.values_list("person_id", "choices"))
    return sha256(bytes.fromhex(salt) + canonical(bound)).hexdigest()
