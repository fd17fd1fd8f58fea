"""Failed HTTP requests, told without the secrets in their URLs and headers."""

from typing import Final

from aiohttp import ClientResponseError, InvalidURL, NonHttpUrlClientError

_MOST_OF_A_MESSAGE: Final = 200

_OF_AN_ADDRESS: Final = (InvalidURL, NonHttpUrlClientError)


def told(failure: BaseException) -> str:
    """Return what failed, for the log.

    The repr of aiohttp's errors of an answer holds the request, with its Authorization and its URL.
    """
    name = type(failure).__name__
    if isinstance(failure, ClientResponseError):
        return f"{name}: status {failure.status}, {failure.message[:_MOST_OF_A_MESSAGE]!r}"
    return name if isinstance(failure, _OF_AN_ADDRESS) else repr(failure)
