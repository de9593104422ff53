"""The settings part of official documents in Word."""

from typing import Any

from consultations.exports.wordstyles import PITCH
from consultations.exports.wordxml import add


def set_settings(settings: Any) -> None:
    """Page numbers on the outer side, Chinese throughout, today's layout rules."""
    for child in list(settings):
        settings.remove(child)
    add(settings, "zoom", percent=100)
    add(settings, "bordersDoNotSurroundHeader")
    add(settings, "bordersDoNotSurroundFooter")
    add(settings, "defaultTabStop", val=420)
    add(settings, "evenAndOddHeaders")
    add(settings, "drawingGridVerticalSpacing", val=PITCH)
    add(settings, "characterSpacingControl", val="compressPunctuation")
    compat = add(settings, "compat")
    add(compat, "spaceForUL")
    add(compat, "balanceSingleByteDoubleByteWidth")
    add(compat, "doNotLeaveBackslashAlone")
    add(compat, "ulTrailSpace")
    add(compat, "doNotExpandShiftReturn")
    add(compat, "useFELayout")
    for name, value in (("compatibilityMode", 15), ("enableOpenTypeFeatures", 1)):
        uri = "http://schemas.microsoft.com/office/word"
        add(compat, "compatSetting", name=name, uri=uri, val=value)
    add(settings, "themeFontLang", val="zh-CN", eastAsia="zh-CN")
