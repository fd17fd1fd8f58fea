"""A value that somebody wrote and that cannot be taken, said in English and in Chinese."""


class CellError(ValueError):
    """A refused value; each text says what is wrong and the remedy."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


def quoted(text: str) -> str:
    """Return a text in Chinese quotation marks, its control characters escaped."""
    return f"“{repr(text)[1:-1]}”"
