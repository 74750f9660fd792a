from gbench.tracking.notes import LONGEST_NOTE, Answer, experiment_note, suite_note

ANSWER = Answer("Which is best?", 4, 4, "**On ring, a does best.**\n\n| ring |\n| :-- |\n| 1. a |")
LINK, PLACE = "#/page", "host:/results/s"


def test_the_experiment_answers_in_its_first_line() -> None:
    lines = experiment_note(ANSWER, LINK, PLACE).splitlines()
    assert lines[0] == "**On ring, a does best.**"
    assert "The question: Which is best?" in lines
    assert "- **[the whole report](#/page)**: an artifact of the run on top of the table" in lines
    assert lines[-1] == "- the record, of which all this is a copy: `host:/results/s`"


def test_the_suites_run_links_the_report_first() -> None:
    note = suite_note(ANSWER, LINK, PLACE)
    assert note.startswith(
        "Which is best? **[Open the whole report](#/page)**\n\n**On ring, a does best.**\n\n"
    )
    assert note.endswith("The record: `host:/results/s`.")


def test_before_there_is_a_report() -> None:
    assert suite_note(Answer("", 1, 4), LINK, PLACE) == (
        "1 of 4 cells have ended; the report comes when all have.\n\nThe record: `host:/results/s`."
    )


def test_a_report_that_could_not_be_made() -> None:
    words = Answer("", 4, 4, error="ValueError: `x`\nis wrong").words
    assert words == "⚠ All cells have ended, but the report could not be made: `ValueError: 'x' is wrong`"


def test_a_long_answer_is_cut_between_lines() -> None:
    note = suite_note(Answer("", 1, 1, "a line\n" * 1000), LINK, PLACE)
    assert LONGEST_NOTE - 10 < len(note) <= LONGEST_NOTE
    assert "a line\n\n…\n\nThe report is `report/report.html`" in note
