"""Word templates that staff put in place of the hall's own: what is in them, and what is refused.

A template is a plain .docx with named placeholders, `{{题目}}`. Nothing in it is ever run: a
placeholder is a name that is looked up, and files that bring code, embedded objects or links to
other files are refused.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

MAX_FILE = 2 * 1024 * 1024
MAX_UNPACKED = 20 * 1024 * 1024
MAX_PARTS = 300
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]{1,40}?)\s*\}\}")
FILLED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CODE = re.compile(r"vba|macro|activex|/embeddings/|oleobject|\.bin$", re.IGNORECASE)
_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE)\b"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TemplateUnusable(Exception):
    """The file cannot be a template; its text is one sentence for staff."""


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """An accepted template. `parts` are all members of the package by name, in their order."""

    parts: Mapping[str, bytes]
    placeholders: frozenset[str]


def read_template(data: bytes) -> WordTemplate:
    """Open a template. At most 2 MB; linear in its size.

    Raises:
        TemplateUnusable: where it is no .docx, brings code, reaches outside, or has no placeholder.
    """
    parts = _unpacked(data)
    types = parts.get("[Content_Types].xml", b"")
    if "word/document.xml" not in parts or not types:
        raise TemplateUnusable("这不是 Word 文件：请用 Word 或 WPS 另存为 .docx 后再上传。")
    if b"macroEnabled" in types or any(_CODE.search(name) for name in parts):
        raise TemplateUnusable("文件里有宏或嵌入的程序，不能用作模板：请另存为不带宏的 .docx。")
    if _MAIN.encode() not in types:
        raise TemplateUnusable("这不是普通的 Word 文档：请另存为 .docx 后再上传。")
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            _check_part(name, content)
    found = {
        placeholder
        for name, content in parts.items()
        if FILLED.fullmatch(name)
        for placeholder in _placeholders(parse(content))
    }
    if not found:
        raise TemplateUnusable("文件里没有占位符：请在要填写的地方写上 {{题目}}、{{正文}} 等。")
    return WordTemplate(parts, frozenset(found))


def parse(content: bytes) -> etree._Element:
    """An XML part's root; entities are never resolved, nothing is ever fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise TemplateUnusable("文件已损坏：请用 Word 或 WPS 打开后另存一份再上传。") from None
    if root.getroottree().docinfo.doctype:
        raise TemplateUnusable("文件里有不该有的声明：请用 Word 或 WPS 另存一份再上传。")
    return root


def _unpacked(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_FILE:
        raise TemplateUnusable("文件太大：模板最大 2 MB。")
    if data.startswith(_OLE):
        raise TemplateUnusable("这是旧版 .doc 或加了密码的文件：请另存为不加密的 .docx。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            members = package.infolist()
            names = [member.filename for member in members]
            if len(members) > MAX_PARTS or sum(m.file_size for m in members) > MAX_UNPACKED:
                raise TemplateUnusable("文件展开后太大，不能用作模板。")
            if len(set(names)) != len(names) or any(_strays(name) for name in names):
                raise TemplateUnusable("文件已损坏：请用 Word 或 WPS 打开后另存一份再上传。")
            return {name: package.read(name) for name in names if not name.endswith("/")}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError, EOFError):
        raise TemplateUnusable(
            "这不是 Word 文件：请用 Word 或 WPS 另存为 .docx 后再上传。"
        ) from None


def _strays(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _check_part(name: str, content: bytes) -> None:
    root = parse(content)
    if name.endswith(".rels"):
        for relation in root:
            outside = relation.get("TargetMode") == "External"
            if outside and not str(relation.get("Type")).endswith("/hyperlink"):
                raise TemplateUnusable("文件引用了外部的文件或模板，请去掉链接后再上传。")
    elif name.startswith("word/"):
        fields = "".join(element.text or "" for element in root.iter(f"{W}instrText"))
        fields += " ".join(e.get(f"{W}instr") or "" for e in root.iter(f"{W}fldSimple"))
        if _FIELDS.search(fields) or next(root.iter(f"{W}altChunk"), None) is not None:
            raise TemplateUnusable("文件里有会取用外部内容的域，请去掉后再上传。")


def _placeholders(root: etree._Element) -> Iterator[str]:
    """The names, however Word has split them into runs."""
    for paragraph in root.iter(f"{W}p"):
        text = "".join(piece.text or "" for piece in own_texts(paragraph))
        yield from PLACEHOLDER.findall(text)


def own_texts(paragraph: etree._Element) -> list[etree._Element]:
    """The paragraph's text elements in order, without those of a text box within it."""
    return [
        element
        for element in paragraph.iter(f"{W}t")
        if next(element.iterancestors(f"{W}p")) is paragraph
    ]
