"""Validators of single settings; each refuses a wrong value and tells what to write instead."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from phonenumbers import SUPPORTED_REGIONS
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from alerting.messages.languages import LANGUAGES
from alerting.policy.policy import Policy, PolicyError, parse_policy
from alerting.policy.webhooks import key_of

_DRIVERS: Final = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})

_NATS: Final = re.compile("(nats|tls|ws|wss)://.+")

_ACCOUNT: Final = re.compile("AC[0-9a-fA-F]{32}")

_NUMBER: Final = re.compile(r"\+[0-9]{5,15}")

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")

_SMS_SENDER: Final = re.compile(r"\+?[0-9]{3,15}|[0-9A-Za-z ]{1,11}")


def database_url(text: str) -> str:
    """Check the URL of a database, whose driver must be one that this service uses."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _DRIVERS:
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    if url.get_backend_name() == "postgresql":
        _needs("psycopg", "scale")
    return text


def home_language(code: str) -> str:
    """Check the code of a language that has language files."""
    if code not in LANGUAGES:
        raise ValueError(f"there is no language {code!r}; write {', '.join(LANGUAGES)}")
    return code


def home_region(code: str) -> str:
    """Check the code of a country whose numbering plan is known."""
    if code not in SUPPORTED_REGIONS:
        raise ValueError("write the two capital letters of a country (ISO 3166), such as CN")
    return code


def http_url(text: str) -> str:
    """Check an http or https URL; return it without trailing slashes."""
    if not text.startswith(("http://", "https://")):
        raise ValueError("write it with http:// or https:// in front")
    if not _host_of(text):
        raise ValueError("write an address with a host, such as https://alerts.example.org")
    return text.rstrip("/")


def public_url(text: str) -> str:
    """Check the public URL; it must use https, unless it is a loopback address."""
    url = http_url(text)
    host = _host_of(url) or ""
    if url.startswith("http://") and not is_this_machine(host):
        raise ValueError(
            "write https://, because sessions and household links are readable over http://"
        )
    return url


def is_this_machine(host: str) -> bool:
    """Return whether a host name or address is a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(text: str) -> str | None:
    try:
        return urlsplit(text).hostname
    except ValueError:
        return None


def tiles_url(text: str) -> str:
    """Check the URL of map tiles."""
    if any(part not in text for part in ("{z}", "{x}", "{y}")) or "{" in urlsplit(text).netloc:
        raise ValueError("write a tile's URL with {z}, {x} and {y} in its path")
    return text


def nats_url(text: str) -> str:
    """Check the URL of a NATS server."""
    if not _NATS.fullmatch(text):
        raise ValueError("write nats://HOST:4222")
    _needs("nats", "scale")
    return text


def account_sid(text: str) -> str:
    """Check the Account SID of a Twilio account."""
    if not _ACCOUNT.fullmatch(text):
        raise ValueError(
            "write the Account SID from Twilio's console: AC and 32 digits from 0 to f"
        )
    return text


def sender_number(text: str) -> str:
    """Check the sender's phone number of texts and calls."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("write the number with + and country code, such as +8613900000001")
    return text


def sms_sender(text: str) -> str:
    """Check the sender of texts over SMPP, a number or a name."""
    if not _SMS_SENDER.fullmatch(text):
        raise ValueError(
            "write a number of 3 to 15 digits, or a name of up to 11 ASCII letters and digits"
        )
    return text


def smpp_url(secret: SecretStr) -> SecretStr:
    """Check the URL of an SMS centre, with the account's id and password."""
    # SMPP limits the lengths of id and password (SMPP 3.4, 5.2.1 and 5.2.2).
    if not _is_sound(secret.get_secret_value()):
        raise ValueError(
            "write smpp://SYSTEM_ID:PASSWORD@HOST:PORT, with an id of up to 15 and a password of "
            "up to 8 ASCII characters"
        )
    _needs("smpplib", "smpp")
    _needs("gsm0338", "smpp")
    return secret


def _is_sound(text: str) -> bool:
    try:
        url = urlsplit(text)
        host, name, password = (
            url.hostname,
            unquote(url.username or ""),
            unquote(url.password or ""),
        )
        is_port = url.port is None or url.port > 0
    except ValueError:
        return False
    fits = 0 < len(name) < 16 and len(password) < 9 and (name + password).isascii()
    return bool(url.scheme == "smpp" and host and is_port and fits)


@dataclass(frozen=True)
class GroupAddress:
    """A work group's name, owner and URL; the URL contains a token."""

    name: str
    owner: str
    """Code of a division, or id of an officer."""
    address: SecretStr


def work_groups(value: object) -> tuple[GroupAddress, ...]:
    """Return the work groups in the file at this path; return groups unchanged.

    The TOML file has a URL, or a list of URLs, for each owner. Error messages never quote a URL,
    because it contains a token.
    """
    if isinstance(value, tuple):
        return value
    _needs("apprise", "groups")
    file = Path(str(value))
    try:
        named = tomllib.loads(read_text(file))
    except OSError as unreadable:
        raise ValueError(f"{file}: {unreadable.strerror}; name a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as broken:
        raise ValueError(f"{file}: it is not TOML: {broken}; correct that line") from None
    return tuple(one for owner, given in named.items() for one in _groups_of(owner, given, file))


def _groups_of(owner: str, given: object, file: Path) -> Iterator[GroupAddress]:
    addresses = given if isinstance(given, list) else [given]
    for number, address in enumerate(addresses, 1):
        name = f"{owner}/{number}"
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise ValueError(
                f"{file}: {name} is no address; write one that apprise knows, in quotes"
            )
        yield GroupAddress(name, owner, SecretStr(address))


def policy(value: object) -> Policy:
    """Return the policy in the file at this path; return a `Policy` unchanged.

    Raises:
        ValueError: if the file cannot be read.
        PolicyError: if it is not a valid policy.
    """
    if isinstance(value, Policy):
        return value
    file = Path(str(value))
    try:
        return parse_policy(read_text(file))
    except OSError as unreadable:
        raise ValueError(f"{file}: {unreadable.strerror}; name a TOML file in UTF-8") from None
    except PolicyError as broken:
        raise PolicyError(tuple(f"{file}: {problem}" for problem in broken.problems)) from None


def secret_problems(
    policy: Policy, given: Mapping[str, SecretStr], prefix: str, *, are_needed: bool
) -> Iterator[str]:
    """Yield a message for each missing, invalid or unknown secret of the policy.

    The names of secrets' environment variables begin with `prefix`.
    """
    keys = {each.secret: f"the webhook {each.name}" for each in policy.webhooks}
    named = {
        name: f"the gateway {each.name}" for each in policy.gateways for name in each.secret_names
    } | keys
    for name in sorted(named.keys() - set(given)) if are_needed else ():
        yield f"{prefix}{name.upper()}: {named[name]} needs this secret; set it"
    for name in sorted(keys.keys() & set(given)):
        try:
            key_of(given[name].get_secret_value())
        except ValueError as problem:
            yield f"{prefix}{name.upper()}: {problem}"
    for name in sorted(set(given) - named.keys()):
        near = get_close_matches(name, named, 1)
        hint = f"did you mean {prefix}{near[0].upper()}?" if near else "remove it"
        yield f"{prefix}{name.upper()}: the policy names no such secret; {hint}"


def read_text(file: Path) -> str:
    """Return the content of a text file in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: if the file has another encoding.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    # ASCII text in UTF-16 is also valid UTF-8, with a NUL beside each letter.
    if "\0" in text:
        raise ValueError(f"{file}: it is not in UTF-8; save it as UTF-8 text")
    return text


def _needs(module: str, extra: str) -> None:
    if find_spec(module) is None:
        raise ValueError(f"this needs more packages: pip install 'evacuation-alerting[{extra}]'")
