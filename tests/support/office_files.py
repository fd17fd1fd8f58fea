"""Writes roster files as clerks have them: workbooks with their usual faults."""

import zlib
from base64 import b85decode
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

Cell = str | float

TITLE: Final = ["诺江镇受威胁群众花名册"]
HEADINGS: Final = ["序号", "户主姓名", "家庭人口", "联系电话", "住址", "网格员", "特殊人群", "备注"]


_XLS: Final = (
    "c-rk)O=uHA6#iy6+x*a^Nlk@TD4}50+DjEtkalZDdopRQ&{73WY!GQlORxt$Xl>0&1;LZzrO=C)YA^mHdh;Mu^dJa@MC"
    "-|upy;8^`sVE{rkX<oTKw5>nKy6V%$s>T@6Fqv7xR()^jt#$KcE9Tik2T$B{D(9?=-@oe#?@qQ~Rh`F8(U`edNe00}q4"
    "Gz0!x$-vwy6?RiQRcuVC7#t<LPq+@G{F18^lqz&yv1#XZegnG8Bmg#Y(>zLl+k&l>mvg9(;b{d-(gP1qtExS|{4`@x?7"
    "lNGkF6+EuNgL|$Oh)m!E5aUYU{CgBa^%nKX!KNL2IRNybS9lmj^q&~2hQNL6$3swC-q6pm9MQ_faG6S%DrXeS2YhX0qY"
    "nCc#Z;cQI|csn41h9y41S_Q+k(+4ke_aJ5#&kR6U4~rK#F6zHpJMM541_Kx`W~AolhhPV}B=!<W8*%-MX#!z<2skYm4^"
    "=n!g{kMIcyQx;#k`SIm}RF8R-B@>+2?d-o%8Vn2Pr3NX7xQA_q>}g?*txP9*)(y-zFpW~&Qr+BBr<nayJmv!THq$!W8L"
    "!MuCH!XMb02!|HRj%#TZo_SE}V(ZzBZ@PL{Fn3(wEm1T1Bh4eof-O>C{4HiUp?iKV=P{7FM=f>Je9iWdxXwFnvsW1l}E"
    "a>8v5jXb9Gj)NVQZX}2`iby_;LJZg2V%v>7JWe`291(a{(PV1V?SQ=aA8}KjsyX?_&KIzl<$`0En9a=5!$f+nFen$W<T"
    ")1%I!i5VLF8*i8_eD*;!^?M4Lwz53)qkC3Dn<7<$v=yO7^UkJeVFb;hUzR%R}??%VF+g~u}U51f1yM_t)9g&Qf$X?#qm"
    "quccS!uR;?KRbw{Yu^^29*`J31O2G3X0dj"
)
"""A compressed Excel 97 workbook with a merged title, four headings and one household."""


def home(number: int, **changed: Cell) -> list[Cell]:
    """Return a row for a household of Qianfo village, as a clerk writes it."""
    cells: dict[str, Cell] = {
        "number": float(number),
        "head": f"住户{number:04d}",
        "headcount": "3人",
        "phones": f"1390000{number:04d}",
        "address": f"通江县诺江镇千佛村1组{number}号",
        "officer": "演练网格员",
        "vulnerable": "",
        "remark": "",
    }
    return list((cells | changed).values())


def write_xlsx(
    path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], merged: Sequence[str] = ()
) -> Path:
    """Write a workbook; `merged` are ranges of the first sheet, such as 'B3:B4'."""
    with Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                sheet.write_row(line, 0, cells)
        for place in merged:
            first = book.worksheets()[0]
            corner = place.partition(":")[0]
            row, column = int(corner[1:]) - 1, ord(corner[0]) - ord("A")
            first.merge_range(place, next(iter(sheets.values()))[row][column])
    return path


def write_ods(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    """Write an OpenDocument workbook of one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def write_xls(path: Path) -> Path:
    """Write an Excel 97 workbook, a format that no maintained library writes."""
    path.write_bytes(zlib.decompress(b85decode(_XLS)))
    return path
