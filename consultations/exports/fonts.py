"""Which Chinese fonts a PDF is set in: typst falls back silently, so they are looked up first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import typst
from django.utils.translation import gettext as _

from hall.errors import Code, Refusal

PACKAGE = "fonts-noto-cjk"

_SERIF = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "AR PL UMing CN",
)
_SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
_SONG = ("SimSun", "宋体", "NSimSun", "STSong", "华文宋体", "Songti SC", "FZShuSong-Z01S")
_FANGSONG = (
    "FangSong_GB2312",
    "仿宋_GB2312",
    "FangSong",
    "仿宋",
    "STFangsong",
    "华文仿宋",
    "FZFangSong-Z02S",
    "FZFangSong-Z02",
)
_HEI = ("SimHei", "黑体", "STHeiti", "华文黑体", "Heiti SC", "FZHei-B01S", "FZHei-B01")
_KAI = (
    "KaiTi_GB2312",
    "楷体_GB2312",
    "KaiTi",
    "楷体",
    "STKaiti",
    "华文楷体",
    "Kaiti SC",
    "FZKai-Z03S",
    "FZKai-Z03",
    "AR PL UKai CN",
)
_TITLE = (
    "FZXiaoBiaoSong-B05S",
    "方正小标宋简体",
    "FZXiaoBiaoSong-B05",
    "方正小标宋_GBK",
    "STZhongsong",
    "华文中宋",
)

ROLES: dict[str, tuple[str, ...]] = {
    "body": (*_FANGSONG, *_SONG, *_SERIF, *_SANS),
    "head": (*_HEI, *_SANS, *_SONG, *_SERIF),
    "kai": (*_KAI, *_FANGSONG, *_SONG, *_SERIF, *_SANS),
    "song": (*_SONG, *_SERIF, *_SANS),
    "title": (*_TITLE, *_SONG, *_SERIF, *_SANS),
}


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts found: typst's own collection, and for each role the families in order."""

    found: typst.Fonts
    roles: dict[str, list[str]]


def chinese_fonts(folders: Sequence[str] = ()) -> Fonts:
    """The fonts of the system, or of `folders` alone where any are named. Looked up once.

    Raises:
        Refusal: `wrong_state` where none of them is Chinese; it names the package to install.
    """
    fonts = _search(tuple(folders))
    if not all(fonts.roles.values()):
        # What was missing may be installed without a restart.
        _search.cache_clear()
        sentence = _("没有找到中文字体，无法生成 PDF：请安装软件包 %(package)s 后再试。")
        raise Refusal(Code.WRONG_STATE, sentence % {"package": PACKAGE})
    return fonts


@lru_cache(maxsize=4)
def _search(folders: tuple[str, ...]) -> Fonts:
    found = typst.Fonts(
        include_system_fonts=not folders,
        include_embedded_fonts=False,
        font_paths=list(folders),
    )
    installed = {family.casefold(): family for family in found.families()}
    roles = {
        role: [installed[name.casefold()] for name in names if name.casefold() in installed]
        for role, names in ROLES.items()
    }
    return Fonts(found, roles)
