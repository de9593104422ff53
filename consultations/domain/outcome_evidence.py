"""The sentences of an outcome with the opinions that they rest on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Prefetch

from consultations.domain.confirmations import Confirmations, confirmations_by_clause
from consultations.domain.corrections import corrected_at
from consultations.domain.opinion_parts import Evidence, IdentityTally, MergedOpinion
from consultations.domain.outcome_parts import OutcomeSentence
from consultations.domain.standings import (
    Counted,
    by_identity,
    groups_shown,
    share_of,
    with_groups,
)
from consultations.models import (
    ConsensusClause,
    Consultation,
    DissentNote,
    Opinion,
    OpinionState,
    Origin,
    StanceValue,
)
from consultations.models.opinions import ERASED_AUTHOR
from members.roles import Role

Sentences = type[ConsensusClause] | type[DissentNote]


def evidence_of(
    opinions: Iterable[Opinion], *, groups_in: Consultation | None = None
) -> dict[int, Evidence]:
    """These opinions (with their authors) as evidence, by primary key. Two queries more, one for
    what the desk has entered, and two for the opinion groups where they are all of the consultation
    `groups_in`."""
    opinions = list(opinions)
    merged = list(
        Opinion.objects.filter(
            merged_into__in=[opinion.pk for opinion in opinions], state=OpinionState.VISIBLE
        )
        .select_related("author")
        .order_by("number")
    )
    counted = by_identity(opinion.pk for opinion in (*opinions, *merged))
    if groups_in is not None:
        cited = {opinion.pk: counted[opinion.pk] for opinion in opinions}
        counted |= with_groups(groups_in.pk, cited)
    corrected = corrected_at((*opinions, *merged))
    credited: dict[int | None, list[MergedOpinion]] = defaultdict(list)
    for opinion in merged:
        credited[opinion.merged_into_id].append(
            _merged(opinion, counted[opinion.pk], corrected.get(opinion.pk))
        )
    return {
        opinion.pk: _one_evidence(
            opinion,
            counted[opinion.pk],
            tuple(credited[opinion.pk]),
            corrected.get(opinion.pk),
        )
        for opinion in opinions
    }


def readable_evidence(consultation: Consultation) -> list[Evidence]:
    """All opinions that everyone can read, with their tallies, by number. Two queries, and one for
    what the desk has entered."""
    readable = Opinion.objects.filter(consultation=consultation, state=OpinionState.VISIBLE)
    return list(evidence_of(readable.select_related("author").order_by("number")).values())


def _one_evidence(
    opinion: Opinion,
    counted: Counted,
    merged: tuple[MergedOpinion, ...],
    corrected: datetime | None,
) -> Evidence:
    everyone = counted.everyone
    erased = opinion.state == OpinionState.ERASED
    return Evidence(
        number=opinion.number,
        kind=opinion.kind,
        kind_label=opinion.get_kind_display(),
        text=opinion.text if opinion.state == OpinionState.VISIBLE else "",
        author=ERASED_AUTHOR if erased else opinion.author.alias,
        identity=opinion.identity,
        identity_label=opinion.get_identity_display(),
        origin=opinion.origin,
        origin_label=opinion.get_origin_display() if opinion.origin != Origin.ONLINE else "",
        agree=everyone[StanceValue.AGREE],
        disagree=everyone[StanceValue.DISAGREE],
        passed=everyone[StanceValue.PASS],
        by_identity=tuple(
            IdentityTally(
                identity=role.value,
                label=str(role.label),
                agree=counted.identities[role][StanceValue.AGREE],
                disagree=counted.identities[role][StanceValue.DISAGREE],
                passed=counted.identities[role][StanceValue.PASS],
            )
            for role in Role
            if role in counted.identities
        ),
        enough=counted.enough,
        share=share_of(everyone) if everyone.total() else None,
        groups=groups_shown(counted),
        merged=merged,
        erased=opinion.state_reason if erased else "",
        corrected_at=corrected,
    )


def _merged(opinion: Opinion, counted: Counted, corrected: datetime | None) -> MergedOpinion:
    everyone = counted.everyone
    return MergedOpinion(
        number=opinion.number,
        kind=opinion.kind,
        kind_label=opinion.get_kind_display(),
        text=opinion.text,
        author=opinion.author.alias,
        identity=opinion.identity,
        identity_label=opinion.get_identity_display(),
        agree=everyone[StanceValue.AGREE],
        disagree=everyone[StanceValue.DISAGREE],
        passed=everyone[StanceValue.PASS],
        corrected_at=corrected,
    )


def clauses_and_dissent(
    consultation: Consultation,
) -> tuple[tuple[OutcomeSentence, ...], tuple[OutcomeSentence, ...]]:
    """The clauses and the dissent notes of one consultation, with the opinion groups. At most nine
    queries, and one more for how clauses were confirmed."""
    lists = [_rows([consultation.pk], model) for model in (ConsensusClause, DissentNote)]
    cited = {one.pk: one for rows in lists for row in rows for one in row.evidence.all()}
    evidence = evidence_of(cited.values(), groups_in=consultation)
    clauses, dissent = (_sentences(rows, evidence).get(consultation.pk, ()) for rows in lists)
    return clauses, dissent


def clauses_of(consultation_ids: Iterable[int]) -> dict[int, tuple[OutcomeSentence, ...]]:
    """The clauses of these consultations, without opinion groups. Four queries, one more for what
    the desk has entered, and one for how they were confirmed."""
    ids = list(consultation_ids)
    rows = _rows(ids, ConsensusClause)
    cited = {opinion.pk: opinion for row in rows for opinion in row.evidence.all()}
    return dict.fromkeys(ids, ()) | _sentences(rows, evidence_of(cited.values()))


def _rows(ids: list[int], model: Sentences) -> list[ConsensusClause | DissentNote]:
    opinions = Opinion.objects.select_related("author").order_by("number")
    return list(
        model._default_manager.filter(consultation__in=ids)
        .order_by("consultation_id", "position")
        .prefetch_related(Prefetch("evidence", opinions))
    )


def _sentences(
    rows: list[ConsensusClause | DissentNote], evidence: Mapping[int, Evidence]
) -> dict[int, tuple[OutcomeSentence, ...]]:
    """By consultation."""
    clauses = [row.pk for row in rows if isinstance(row, ConsensusClause)]
    confirmed = confirmations_by_clause(clauses) if clauses else {}
    found: dict[int, list[OutcomeSentence]] = defaultdict(list)
    for row in rows:
        is_clause = isinstance(row, ConsensusClause)
        said = confirmed.get(row.pk, Confirmations()) if is_clause else Confirmations()
        cited = tuple(evidence[opinion.pk] for opinion in row.evidence.all())
        found[row.consultation_id].append(
            OutcomeSentence(
                position=row.position,
                text=row.text,
                updated_at=row.updated_at,
                evidence=cited,
                confirmed=said.tallies,
                reservations=said.reservations,
                few_voices=is_clause and not any(opinion.enough for opinion in cited),
                few_accepted=isinstance(row, ConsensusClause) and row.few_accepted_at is not None,
            )
        )
    return {pk: tuple(sentences) for pk, sentences in found.items()}
