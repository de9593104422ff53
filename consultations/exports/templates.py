"""Checking, previewing and using the Word templates of staff."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.exports.blocks import Document
from consultations.exports.dossier import DOCUMENTS_ARE_IN, Dossier, make_dossier
from consultations.exports.papers import FACES
from consultations.exports.placeholders import KNOWN, values_of
from consultations.exports.sample import sample_outcome, sample_paper, sample_record
from consultations.exports.word import write_word
from consultations.exports.wordfill import fill_template
from consultations.intake.wordtemplate import TemplateUnusable, WordTemplate, read_template
from consultations.models import PaperKind
from hall.errors import Code, Refusal


def check_template(file: bytes) -> WordTemplate:
    """The template in `file`, if it can be used.

    Raises:
        Refusal: `invalid`, with one sentence that says what is wrong with the file.
    """
    try:
        template = read_template(file)
    except TemplateUnusable as unusable:
        raise Refusal(Code.INVALID, str(unusable), field="file") from None
    if unknown := sorted(template.placeholders - KNOWN):
        sentence = _("有不认识的占位符：%(names)s。请对照下面的名单改正。")
        names = "、".join(f"{{{{{name}}}}}" for name in unknown)
        raise Refusal(Code.INVALID, sentence % {"names": names}, field="file")
    return template


def write_word_as(file: bytes | None, dossier: Dossier) -> bytes:
    """The dossier's document in Word: by the template in `file`, or in the hall's own look."""
    document: Document = FACES[dossier.paper.kind].build(dossier)
    if file is None:
        return write_word(document)
    return fill_template(read_template(file), document, values_of(dossier, document))


@override(DOCUMENTS_ARE_IN)
def preview(kind: PaperKind, file: bytes | None) -> bytes:
    """What the document would look like, filled with an invented consultation."""
    dossier = make_dossier(sample_outcome(), paper=sample_paper(kind), record=sample_record())
    return write_word_as(file, dossier)
