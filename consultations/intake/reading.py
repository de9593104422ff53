"""From the bytes of a file to its lines, whatever the encoding; binary files are refused."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from consultations.intake.plan import Complaint, WorkPlanUnreadable

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 20_000

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_EDGES = " \t\n\r\v\f\x85\u00a0\u202f\u205f\u2060\u3000\ufeff\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x200E))
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WAY_OUT = "请另存为 .docx 或纯文本（.txt）后再导入。"
_ORIGINAL = "请换成它的 Word 原件（.docx），或者把文字存为纯文本（.txt）后再导入。"
_UNPACK = "请先解压，再选里面的 Word 文档（.docx）或纯文本（.txt）。"
DAMAGED = (
    "已损坏，打不开。请在 Word 或 WPS 里打开，另存为 .docx 后再导入；那里也打不开，就要换一份。"
)
_KINDS = (
    (b"%PDF-", " PDF 文件", _ORIGINAL),
    (b"\x89PNG\r\n\x1a\n", " PNG 图片", _ORIGINAL),
    (b"\xff\xd8\xff", " JPEG 图片", _ORIGINAL),
    (b"GIF8", " GIF 图片", _ORIGINAL),
    (b"{\\rtf", " RTF 文件", _WAY_OUT),
    (b"Rar!", " RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", " 7z 压缩包", _UNPACK),
    (b"\x1f\x8b", " gzip 压缩包", _UNPACK),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<head|<\?xml)", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one paragraph of a Word file, without white space around it. ``label`` is the
    number that Word itself puts before it; ``cell`` marks a row of a table."""

    number: int
    text: str
    label: str = ""
    cell: bool = False


def refuse(message: str, line: int | None = None) -> WorkPlanUnreadable:
    """An exception with this one complaint."""
    return WorkPlanUnreadable([Complaint(line, message)])


def clean(text: str) -> str:
    """The text without white space and invisible characters around it."""
    return text.strip(_EDGES)


def read_lines(data: bytes, *, filename: str = "") -> list[Line]:
    """Every line of a UTF-8, UTF-16 (with BOM), GB18030 or .docx document, blank ones included.

    What the file is, is told from its content; ``filename`` only helps to word a refusal. Raises
    ``WorkPlanUnreadable`` for empty, oversized, binary, damaged and foreign files.
    """
    if len(data) > MOST_BYTES:
        raise refuse(f"文件太大：最多 {MOST_BYTES // 1024 // 1024} MB。")
    if not data.strip():
        raise refuse("文件是空的。")
    if data.startswith(_ZIP):
        lines = _read_zip(data)
    else:
        _refuse_foreign(data, filename)
        text = _decode(data)
        lines = [Line(at, clean(line)) for at, line in enumerate(_LINE_END.split(text), 1)]
    if len(lines) > MOST_LINES:
        raise refuse(f"行数太多：最多 {MOST_LINES} 行。")
    if not any(line.text for line in lines):
        raise refuse("文件里没有文字。")
    return lines


def _read_zip(data: bytes) -> list[Line]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refuse(f"文件{DAMAGED}") from error
    if "word/document.xml" not in names:
        raise refuse(f"这不是 Word 文档，而是别的文件或压缩包。{_WAY_OUT}")
    # Word support is loaded only when a Word file comes: it takes longer than all the rest.
    from consultations.intake.word import read_word  # noqa: PLC0415

    return read_word(data)


def _refuse_foreign(data: bytes, filename: str) -> None:
    if data.startswith(_OLE):
        if filename.lower().endswith(".docx"):
            raise refuse(f"文件加了密码，或实为旧版 Word 文档，无法读取。{_WAY_OUT}")
        raise refuse(f"这是旧版 Office 文件（如 .doc），无法读取。{_WAY_OUT}")
    for start, kind, way_out in _KINDS:
        if data.startswith(start):
            raise refuse(f"这是{kind}，不是文字文档。{way_out}")
    if _HTML.match(data):
        raise refuse("这是网页源代码。请复制网页上的文字，存为纯文本（.txt）后再导入。")


def _decode(data: bytes) -> str:
    text = _decoded(data)
    if control := _CONTROL.search(text):
        if "\x00" in text:
            raise refuse(f"这是二进制文件，不是文字文档。{_WAY_OUT}")
        line = len(_LINE_END.findall(text, 0, control.start())) + 1
        raise refuse("这一行含有不可见的控制字符，可能不是文字文档。", line)
    return text


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _damaged(data, error) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_mostly_utf8(data):
            raise _damaged(data, error) from error
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            raise refuse(f"这是二进制文件，不是文字文档。{_WAY_OUT}") from error
        raise _damaged(data, error) from error


def _is_mostly_utf8(data: bytes) -> bool:
    """GB18030 decodes nearly anything, damaged UTF-8 among it, to well-formed nonsense."""
    text = data.decode("utf-8", errors="replace")
    wide = sum(char > "\x7f" for char in text)
    return text.count("\ufffd") * 20 < wide


def _damaged(data: bytes, error: UnicodeDecodeError) -> WorkPlanUnreadable:
    line = len(re.findall(rb"\r\n|\n|\r", data[: error.start])) + 1
    return refuse("这一行有无法识别的字符：文字编码应为 UTF-8 或 GB18030，或者文件已损坏。", line)
