import pytest
from typer.testing import CliRunner

from alerting.cli import app

RUN = CliRunner()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scenario", "atlantis"),
        ("--speed", "0.5"),
        ("--speed", "1001"),
        ("--seed", "x"),
        ("--carrier", "ugly"),
        ("--languages", "zh,xx"),
    ],
    ids=" ".join,
)
def test_invalid_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    ended = RUN.invoke(app, ["drill", *arguments])
    assert ended.exit_code == 2
    assert arguments[0] in ended.output


def test_help_names_the_scenarios() -> None:
    text = RUN.invoke(app, ["drill", "--help"], env={"COLUMNS": "200"}).output
    for words in (
        "tongjiang-2022",
        "qianfo-2022",
        "--json",
        "--keep",
        "--crash-at",
        "--carrier",
        "en,es,zh",
    ):
        assert words in text
