"""New codes for the grids and households of a village that is recoded or joins another one."""

from collections.abc import Collection, Iterable

from contacts.bounds import CellError, quoted
from contacts.division import parent_of


def renumbered(
    codes: Iterable[str], parents: dict[str, str], taken: Collection[str]
) -> dict[str, str]:
    """Return the new code of each grid or household, by its old code.

    `parents` maps the old codes of the villages or grids around them to the new ones. A grid or
    household keeps its number in the new parent. If `taken` has the resulting code, it gets the
    number after the highest.

    Raises:
        CellError: if there is no number left.
    """
    wanted = {code: parents[_parent(code)] + code[len(_parent(code)) :] for code in sorted(codes)}
    new = {code: there for code, there in wanted.items() if there not in taken}
    last: dict[str, int] = {}
    for there in (*taken, *new.values()):
        above = _parent(there)
        last[above] = max(last.get(above, 0), int(there[len(above) :]))
    for code, there in wanted.items():
        if code not in new:
            above = _parent(there)
            last[above] += 1
            new[code] = _numbered(above, last[above], len(there) - len(above))
    return new


def _numbered(above: str, number: int, digits: int) -> str:
    if number >= 10**digits:
        raise CellError(
            f"{above!r} does not have enough free codes: divide it into grids first",
            f"{quoted(above)}的编号不够用：请先划分网格",
        )
    return f"{above}{number:0{digits}d}"


def _parent(code: str) -> str:
    return parent_of(code) or ""
