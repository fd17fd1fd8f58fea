"""Program that typesets one document: it reads a job as JSON from stdin and writes a PDF to stdout.

It runs with limits on memory and processor time, and imports nothing from this package. If it
refuses the job, it writes JSON instead and exits with code 3.
"""

import io
import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import segno
import typst

REFUSED: Final = 3

_TEMPLATES: Final = Path(__file__).parent / "templates"

_MOST_MEMORY: Final = 2 * 1024 * 1024 * 1024

_MOST_SECONDS: Final = 60

_STANDARD: Final = "a-2b"
"""PDF/A-2b, for archives. It forbids characters that its fonts do not have."""

_PREFERRED: Final[tuple[str, ...]] = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "SimSun",
)
"""Font families with simplified Chinese and Latin letters, the preferred one first."""

_WITHOUT_GLYPH: Final = re.compile(r'the text `(".*")` could not be displayed', re.DOTALL)

_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]{1,6})\}")

_COMMON: Final = "村户人路山"
"""Characters that every Chinese font has. If one is missing, no Chinese font is installed."""

_MOST_RARE: Final = 40
"""The maximum number of different characters that may be replaced by their code points."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that are not printed, such as controls and marks of writing direction."""


class NoGlyphsError(Exception):
    """No installed font has these characters."""


def main() -> None:
    """Typeset the job on stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    try:
        content = typeset(json.load(sys.stdin))
    except NoGlyphsError as missing:
        sys.stdout.write(json.dumps({"missing": str(missing)}))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(content)


def typeset(job: dict[str, Any], **output: Any) -> Any:
    """Return the document; `output` replaces the compiler's options for PDF/A.

    People's texts are passed as data, so that they are never read as markup.

    Raises:
        NoGlyphsError: if too many characters, or common ones, are in no font.
    """
    fonts = typst.Fonts(font_paths=[job["fonts"]] if job["fonts"] else [])
    families = fonts.families()
    chosen = [name for name in _PREFERRED if name in families] or families[:1]
    data = {**printable(job["data"]), "fonts": chosen}
    rare = without_glyph("".join(sorted(set(characters(data)))), chosen, fonts)
    written = json.dumps(with_codes(numbered(data, rare)), ensure_ascii=False)
    return typst.compile(
        _TEMPLATES / f"{job['template']}.typ",
        root=_TEMPLATES,
        font_paths=fonts,
        sys_inputs={"data": written},
        **(output or {"format": "pdf", "pdf_standards": _STANDARD, "timestamp": job["at"]}),
    )


def without_glyph(text: str, families: list[str], fonts: typst.Fonts) -> set[str]:
    """Return the characters for which no font has a glyph, according to the compiler.

    Raises:
        NoGlyphsError: if there are too many of them, or common ones among them.
    """
    has_chinese = any("CJK UNIFIED" in unicodedata.name(each, "") for each in text)
    left = text + (_COMMON if has_chinese else "")
    found: set[str] = set()
    while missing := _first_without(left, families, fonts):
        found |= missing
        if len(found) > _MOST_RARE or missing & set(_COMMON):
            raise NoGlyphsError("".join(sorted(found)))
        left = "".join(each for each in left if each not in found)
    return found


def _first_without(text: str, families: list[str], fonts: typst.Fonts) -> set[str]:
    """Return the characters in the compiler's first error about glyphs; empty if there is none."""
    probe = (
        "#let given = json(bytes(sys.inputs.given))\n"
        "#set text(font: given.families)\n"
        "#for each in given.text [#each ]"
    )
    given = json.dumps({"families": families, "text": list(text)})
    try:
        typst.compile(
            probe.encode(),
            format="pdf",
            font_paths=fonts,
            sys_inputs={"given": given},
            pdf_standards=_STANDARD,
            timestamp=0,
        )
    except typst.TypstError as refusal:
        if said := _WITHOUT_GLYPH.search(refusal.message):
            return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), said[1])[1:-1])
        raise
    return set()


def characters(value: Any) -> Iterator[str]:
    """Yield the characters of all strings in a value."""
    if isinstance(value, str):
        yield from value
    elif isinstance(value, dict):
        for each in value.values():
            yield from characters(each)
    elif isinstance(value, list):
        for each in value:
            yield from characters(each)


def printable(value: Any) -> Any:
    """Return a value in whose strings every unprintable character is replaced by a space."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in value)
    return _each(value, printable)


def numbered(value: Any, rare: set[str]) -> Any:
    """Return a value in whose strings each rare character is replaced by its code: [U+20BB7]."""
    if isinstance(value, str):
        return "".join(f"[U+{ord(each):04X}]" if each in rare else each for each in value)
    return _each(value, lambda each: numbered(each, rare))


def with_codes(value: Any) -> Any:
    """Return a value in which each string under the key `qr` is replaced by a QR code as SVG."""
    if isinstance(value, dict):
        return {
            name: qr_code(each) if name == "qr" and each else with_codes(each)
            for name, each in value.items()
        }
    return _each(value, with_codes)


def qr_code(content: str) -> str:
    """Return a QR code as SVG that can still be read if 15 % of it is damaged."""
    file = io.BytesIO()
    code = segno.make_qr(content, error="m", boost_error=False)
    code.save(file, kind="svg", border=2, xmldecl=False)
    return file.getvalue().decode()


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {name: change(each) for name, each in value.items()}
    return [change(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
