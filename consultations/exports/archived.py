"""The documents that are sealed into an archive beside the log."""

import logging

from consultations.domain.outcome_parts import Outcome
from consultations.exports import export
from hall.errors import Refusal

logger = logging.getLogger(__name__)


def archive_documents(found: Outcome) -> dict[str, bytes]:
    """What is sealed into the archive beside the log. A hall without fonts seals without PDF."""
    files = {"minutes.docx": export(found, "docx").data}
    try:
        files["minutes.pdf"] = export(found, "pdf").data
    except Refusal as refusal:
        logger.warning("sealed without a PDF: %s", refusal.message)
    return files
