"""Posts roster files as the administrators' page does."""

from io import BytesIO
from typing import Any, Final

from tests.support.running import Running

HEADINGS: Final = "户主姓名,家庭人口,联系电话,住址\n"


def home(number: int, *, head: str = "", people: int = 3, phone: str = "") -> str:
    """Return a line for a new household of Qianfo village, as a clerk writes it."""
    phone = phone or f"1390000{number:04d}"
    return f"{head or f'新户{number}'},{people}人,{phone},诺江镇千佛村{number}组\n"


async def send(
    service: Running, path: str, caller: str, content: str | bytes, **query: Any
) -> tuple[int, Any]:
    """Post a file to a route of the roster; return the status and the response."""
    body = BytesIO(content.encode() if isinstance(content, str) else content)
    headers = {"Authorization": f"Bearer {service.tokens[caller]}"}
    url = f"{service.url}/api/roster/{path}"
    async with service.session.post(url, params=query, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def previewed(service: Running, content: str | bytes, **query: Any) -> Any:
    """Preview a file as the administrator, and return the response."""
    status, told = await send(service, "preview", "administrator", content, **query)
    assert status == 200, told
    return told


async def imported(service: Running, content: str | bytes, **query: Any) -> Any:
    """Preview and import a file as the administrator, and return the changes."""
    token = (await previewed(service, content, **query))["changes"]["token"]
    status, told = await send(service, "imports", "administrator", content, **query, token=token)
    assert status == 200, told
    return told
