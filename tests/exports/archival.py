"""Reads from a PDF what PDF/A-2u and tagging ask for, beyond what its metadata claim."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx.oxml import parse_xml
from pypdf import PdfReader

_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def assert_archival(data: bytes) -> None:
    """PDF/A-2u as far as it can be read: claim, colours, fonts and Unicode, nothing active."""
    reader = PdfReader(BytesIO(data))
    root = reader.trailer["/Root"]
    metadata = parse_xml(root["/Metadata"].get_data())
    claimed = {name: text(metadata, f"{_PDFA}{name}") for name in ("part", "conformance")}
    assert claimed == {"part": "2", "conformance": "U"}
    (intent,) = (one.get_object() for one in root["/OutputIntents"])
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"]
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"  # an ICC profile
    assert not {"/Encrypt"} & set(reader.trailer)
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))
    fonts = {name: font for page in reader.pages for name, font in fonts_of(page).items()}
    assert fonts
    for name, font in fonts.items():
        assert "/ToUnicode" in font, name
        (inner,) = (one.get_object() for one in font["/DescendantFonts"])
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"]), name


def text(tree: Any, name: str) -> str | None:
    """What an element or an attribute of this name says, wherever it stands."""
    for element in tree.iter():
        if element.tag == name:
            return str(element.text)
        if name in element.attrib:
            return str(element.attrib[name])
    return None


def fonts_of(page: Any) -> dict[str, Any]:
    found = page["/Resources"].get("/Font", {})
    return {font.get_object()["/BaseFont"]: font.get_object() for font in found.values()}


def structure(data: bytes) -> list[str]:
    """The types of all structure elements, such as /H1, /P or /TH, in reading order.

    Fails where there is no tree, or a page's contents have no place in it.
    """
    reader = PdfReader(BytesIO(data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    tree = root["/StructTreeRoot"]
    placed = dict(_pairs(tree["/ParentTree"]))
    for page in reader.pages:
        assert any(entry for entry in placed[page["/StructParents"]])
    return list(_types(tree["/K"]))


def _types(kids: Any) -> Iterator[str]:
    kids = kids.get_object()
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield element["/S"]
            if "/K" in element:
                yield from _types(element["/K"])


def _pairs(node: Any) -> Iterator[tuple[int, Any]]:
    """The entries of a number tree."""
    node = node.get_object()
    flat = node.get("/Nums", [])
    for at in range(0, len(flat), 2):
        yield int(flat[at]), flat[at + 1].get_object()
    for kid in node.get("/Kids", []):
        yield from _pairs(kid)
