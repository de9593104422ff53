"""What pydantic does not know of the protocol: the frames that the hall sends, in words.

A test holds these tables against the code and against what comes through a socket.
"""

from dataclasses import dataclass

from consultations.live.protocol import Close


@dataclass(frozen=True, slots=True)
class Described:
    """One kind of frame or body: what it says, its fields in order, and who may read it."""

    says: str
    fields: tuple[str, ...]
    audience: str = "everyone"


_SENTENCE = ("position", "text", "evidence")
_REMOVED = ("position",)
_MOVED = ("position", "to")

EVENTS: dict[str, Described] = {
    "opinion.posted": Described(
        "Someone has spoken.",
        ("number", "kind", "text", "author", "reply_to", "agenda_item", "origin"),
    ),
    "opinion.held": Described(
        "Someone has spoken, and it waits for a moderator.",
        ("number", "kind", "text", "author", "reply_to", "agenda_item", "origin"),
        "its author and the moderators",
    ),
    "opinion.approved": Described(
        "What was held is let through.",
        (
            "number",
            "kind",
            "text",
            "author",
            "reply_to",
            "agenda_item",
            "origin",
            "posted_at",
        ),
    ),
    "opinion.returned": Described(
        "What was held is not let through.", ("number", "reason"), "its author and the moderators"
    ),
    "opinion.reconsidered": Described(
        "What was returned waits again.", ("number",), "its author and the moderators"
    ),
    "opinion.merged": Described(
        "It is one with another from now on.", ("number", "into", "author")
    ),
    "opinion.unmerged": Described("It stands for itself again.", ("number", "into")),
    "opinion.hidden": Described("An opinion is out of sight.", ("number",)),
    "opinion.hide_reason": Described(
        "Why, and what it said.", ("number", "reason", "text"), "its author and the moderators"
    ),
    "opinion.restored": Described("A hidden opinion is back.", ("number", "text")),
    "opinion.erased": Described(
        "An opinion's text was erased by law, and with it the opinion.", ("number", "basis")
    ),
    "opinion.corrected": Described(
        "What the desk had entered is put right.",
        ("number", "text", "earlier", "corrected_by"),
    ),
    "opinion.pinned": Described("Pinned to the top, or not any more.", ("number", "pinned")),
    "opinion.answered": Described("A question is answered, or open.", ("number", "answered")),
    "posting.set": Described(
        "How people may post from now on.", ("holds_residents", "slow_seconds", "closed")
    ),
    "person.muted": Described(
        "Someone may not post for a while.",
        ("person", "until", "reason"),
        "the person and the moderators",
    ),
    "person.unmuted": Described("A mute is lifted.", ("person",), "the person and the moderators"),
    "seat.taken": Described("Someone has a seat, or another one.", ("person", "role")),
    "seat.removed": Described("A seat was taken back.", ("person",)),
    "agenda.moved": Described(
        "The step that ended, and the one that runs since `since`; `untouched` did not run.",
        ("ended", "started", "since", "untouched"),
    ),
    "agenda.extended": Described("The running step has another time.", ("position", "minutes")),
    "hand.raised": Described(
        "Someone wants to speak.",
        ("number", "person", "order"),
    ),
    "hand.subject": Described(
        "What a hand is about; `held` where it is for the person and the moderators alone.",
        ("number", "subject", "held"),
    ),
    "hand.subject_hidden": Described("What a hand is about is out of sight.", ("number",)),
    "hand.lowered": Described(
        "Someone waits no more: `how` is `lowered` or `skipped`.", ("number", "how", "order")
    ),
    "hand.moved": Described("A moderator has placed someone.", ("number", "to", "order")),
    "hand.returned": Described("A call or a skip is undone.", ("number", "person", "order")),
    "hands.cleared": Described("Nobody waits any more.", ("count",)),
    "speech.begun": Described("Someone has the floor from now on.", ("number", "limit", "order")),
    "speech.timed": Described("Who speaks has so many seconds in all.", ("number", "limit")),
    "speech.ended": Described(
        "A speech is over: `how` is `spoke` or `skipped`.", ("number", "how", "seconds")
    ),
    "speaking.set": Described("How the floor is given.", ("open", "minutes")),
    "screen.invited": Described(
        "A code was made that opens a screen.", ("number",), "the moderators"
    ),
    "screen.opened": Described(
        "A screen reads the room, by a code where it is by nobody.", ("number",), "the moderators"
    ),
    "screen.ended": Described("A screen was shut out.", ("number",), "the moderators"),
    "answer.asked": Described(
        "A department is asked to answer an opinion.", ("number", "opinion", "department")
    ),
    "answer.withdrawn": Described("It is not asked any more.", ("number",)),
    "answer.given": Described("A reply is the department's answer.", ("number", "answer")),
    "note.written": Described(
        "A note between moderators.", ("number", "text", "about", "author"), "moderators"
    ),
    "note.removed": Described("A note is gone, or back.", ("number", "removed"), "moderators"),
    "stage.moved": Described("The consultation is in another stage.", ("from", "to", "reason")),
    "consultation.changed": Described(
        "What was announced has changed.",
        ("title", "question", "kind", "starts_at", "ends_at", "venue", "agenda"),
    ),
    "ballot.opened": Described(
        "A question is put to the vote.",
        (
            "number",
            "question",
            "kind",
            "secrecy",
            "results",
            "quorum",
            "max_choices",
            "options",
            "opened_at",
            "closes_at",
        ),
    ),
    "ballot.hands_counted": Described(
        "Hands were counted in the hall, or counted anew.",
        ("number", "people", "counts", "corrected", "counted_by"),
    ),
    "attendee.checked_in": Described(
        "Someone has come to the place of the session, or votes in another way.",
        ("key", "person", "how", "votes_by_hand"),
        "moderators",
    ),
    "attendee.withdrawn": Described("A check-in was a mistake.", ("key", "person"), "moderators"),
    "ballot.voided": Described("A ballot that counts for nothing.", ("number", "reason")),
    "ballot.closed": Described("A ballot and its result.", ("number", "how", "result")),
    "stances.closed": Described(
        "Where everyone stands as the floor closes.", ("tallies", "votes_digest")
    ),
    "clause.written": Described("A consensus clause, new or rewritten.", _SENTENCE, "moderators"),
    "clause.removed": Described("It is gone; those after it move up.", _REMOVED, "moderators"),
    "clause.few_accepted": Described(
        "It may be published although it rests on few voices.", _REMOVED, "moderators"
    ),
    "clause.moved": Described("It stands elsewhere.", _MOVED, "moderators"),
    "dissent.written": Described("A dissent note, new or rewritten.", _SENTENCE, "moderators"),
    "dissent.removed": Described("It is gone; those after it move up.", _REMOVED, "moderators"),
    "dissent.moved": Described("It stands elsewhere.", _MOVED, "moderators"),
    "minutes.saved": Described("A version of the minutes.", ("version",), "moderators"),
    "outcome.published": Described(
        "The outcome as everyone may read it.",
        ("clauses", "dissent", "minutes_version", "objections_until"),
    ),
    "clauses.confirmed": Described(
        "Where a participant stands on clauses.", ("answers",), "moderators"
    ),
    "minutes.signed": Described("An attendee signed a version.", ("version",), "moderators"),
    "minutes.objected": Described(
        "An attendee objects at a passage.",
        ("number", "version", "paragraph", "passage", "text"),
        "moderators",
    ),
    "minutes.answered": Described(
        "An objection was answered.", ("number", "verdict", "answer"), "moderators"
    ),
}

NEWS: dict[str, Described] = {
    "presence": Described("Who is there, over all processes.", ("count", "by_identity")),
    "tally": Described("Stances: `[number, agree, disagree, passed]` each.", ("tallies",)),
    "ballot": Described("The open ballot's turnout.", ("number", "voted", "counts")),
    "own": Described(
        "All that the reader has done: `[number, value]` and `[number, choices]` each.",
        ("stances", "votes"),
        "the reader alone",
    ),
    "map": Described("The opinion map was computed anew.", ("at", "status", "people", "groups")),
    "may": Described("What the reader may do from now on.", ("may",)),
    "head": Described("Where the log stands, when nothing was said for 15 s.", ("head",)),
}

HELLO = Described(
    "The first frame of every socket.", ("epoch", "head", "seat", "may", "server_time")
)
SNAPSHOT = Described(
    "The whole room at `head`.",
    (
        "epoch",
        "head",
        "server_time",
        "room",
        "may",
        "opinions",
        "total",
        "ballots",
        "speaking",
        "requests",
        "presence",
        "outcome",
        "posting",
        "mutes",
    ),
)
ANSWERS: dict[str, tuple[str, ...]] = {
    "room.since": ("events", "head", "snapshot"),
    "room.opinions": ("opinions", "more"),
    "room.list": ("opinions", "more"),
    "room.map": ("map", "you"),
    "opinion.post": ("number", "seq", "digest"),
    "stance.take": ("number", "value"),
    "opinion.approve": ("numbers", "already"),
    "opinion.return": ("numbers", "already"),
    "opinion.reconsider": ("seq",),
    "opinion.take_back": ("numbers", "already"),
    "opinion.merge": ("numbers",),
    "opinion.unmerge": ("seq",),
    "opinion.similar": ("groups",),
    "posting.set": ("seq",),
    "person.mute": ("seq",),
    "person.unmute": ("seq",),
    "opinion.hide": ("seq",),
    "opinion.restore": ("seq",),
    "opinion.pin": ("seq",),
    "opinion.mark_answered": ("seq",),
    "agenda.move": ("seq",),
    "ballot.open": ("number",),
    "ballot.vote": ("number", "choices"),
    "ballot.close": ("seq",),
    "ballot.void": ("seq",),
    "agenda.extend": ("seq",),
    "desk.view": ("attendees", "expected", "hands", "counted"),
    "desk.check_in": ("key", "person"),
    "desk.withdraw": ("key", "person"),
    "desk.way": ("key", "person"),
    "desk.post": ("number", "seq", "digest"),
    "desk.correct": ("seq",),
    "desk.count_hands": ("seq",),
    "hand.raise": ("number", "place"),
    "session.begin": ("seq",),
    "hand.hide_subject": ("seq",),
    "hand.lower": ("seq",),
    "hand.move": ("seq",),
    "hand.skip": ("seq",),
    "hand.return": ("seq",),
    "speech.call": ("seq",),
    "speech.time": ("seq",),
    "speech.end": ("seq",),
    "speaking.set": ("seq",),
    "room.voice": ("voice",),
    "answer.ask": ("number",),
    "answer.withdraw": ("seq",),
    "answer.give": ("number", "seq", "digest"),
    "room.departments": ("departments",),
    "note.write": ("number",),
    "note.remove": ("seq",),
    "room.notes": ("notes",),
    "room.drafts": ("clauses", "dissent", "uniting", "standings"),
    "outcome.write": ("position",),
    "outcome.remove": ("position",),
    "outcome.move": ("position",),
    "outcome.register": ("position",),
    "outcome.accept_few": ("position",),
}
CLOSES: dict[Close, str] = {
    Close.SIGN_IN: "Nobody is signed in under this session any more.",
    Close.FORBIDDEN: "The person may not be here, or has lost a right: connect anew.",
    Close.NOT_FOUND: "There is no such room for this person.",
    Close.TOO_SLOW: "More than 256 KiB were not taken: connect again, and ask for the rest.",
    Close.TOO_MANY: "Too many commands, fragments or pings, or too many sockets.",
    Close.GOING_AWAY: (
        "The server ends, cannot seat anyone just now, or the log has another epoch: connect again."
    ),
}
