"""The descriptions that MLflow shows on top of a suite's experiment and of its run: the answer first."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_NOTE = 5000  # characters of a tag; what MLflow servers since 1.28 take
LONGEST_ERROR = 300


@dataclass
class Answer:
    """What a run directory has come to."""

    #: What the suite asks; empty where it asks nothing.
    question: str
    #: How many of its `cells` have ended.
    ended: int
    cells: int
    #: What the report says; empty while there is none.
    text: str = ""
    #: Why the report could not be made, in one line.
    error: str | None = None

    @property
    def words(self) -> str:
        """What came of it, as far as it is known."""
        if self.text:
            return self.text
        if self.error:
            reason = " ".join(self.error.replace("`", "'").split())[:LONGEST_ERROR]
            return f"⚠ All cells have ended, but the report could not be made: `{reason}`"
        if self.ended < self.cells:
            return f"{self.ended} of {self.cells} cells have ended; the report comes when all have."
        return f"All {self.cells} cells have ended."


def suite_note(answer: Answer, link: str, directory: str) -> str:
    """The description of the suite's run; MLflow folds it after a few lines, so the link comes first."""
    report = f"**[Open the whole report]({link})**"
    head = " ".join(filter(None, [answer.question, answer.text and report]))
    beside = "The report is `report/report.html` below *Artifacts*, with its figures and tables beside it."
    return _note([head], answer.words, [answer.text and beside, f"The record: `{directory}`."])


def experiment_note(answer: Answer, link: str, directory: str) -> str:
    """The description of the experiment; MLflow folds it to its first line, so the answer comes first."""
    report = f"- **[the whole report]({link})**: an artifact of the run on top of the table"
    places = [
        answer.text and report,
        "- the view *gbench: techniques* (menu at the top right): the cells' runs, the best first",
        "- the view *gbench: seeds*: every seed's own run",
        f"- the record, of which all this is a copy: `{directory}`",
    ]
    where = "Where things are:\n\n" + "\n".join(filter(None, places))
    return _note([], answer.words, [answer.question and f"The question: {answer.question}", where])


def _note(before: Iterable[str | None], words: str, after: Iterable[str | None]) -> str:
    """All parts as paragraphs, the words cut where they are too long."""
    first, last = ("\n\n".join(filter(None, parts)) for parts in (before, after))
    room = LONGEST_NOTE - len(first) - len(last) - 4
    return "\n\n".join(filter(None, [first, _cut(words, room), last]))[:LONGEST_NOTE]


def _cut(text: str, room: int) -> str:
    """Whole lines only, and a sign that there were more."""
    return text if len(text) <= room else text[: max(room - 3, 0)].rpartition("\n")[0] + "\n\n…"
