"""Tables of answers: whatever a spreadsheet makes of them, a row out for a row in, and clear words for the rest."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.marks import AnswerRow
from jacocalc.reading.rosters import as_typed, harmless, read_roster, roster_of, rows_of

HEAD = "student,question,answer\n"


def cells(text: str) -> list[tuple[str, str, str]]:
    return [(row.student, row.question, row.answer) for row in roster_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        'student,question,answer\nAda,q1,"[1, 2]"\n',
        '\ufeffstudent,question,answer\r\nAda,q1,"[1, 2]"\r\n',
        "student;question;answer\nAda;q1;[1, 2]\n",
        "student\tquestion\tanswer\nAda\tq1\t[1, 2]\n",
        "sep=;\r\nstudent;question;answer\r\nAda;q1;[1, 2]\r\n",
        '\n\nANSWER, Question ,id,Student\n"[1, 2]",q1,7,Ada\n',
        'student,question,answer\n\n"Ada",q1,"[1, 2]"\n\n',
        '"student"\t"question"\t"answer"\nAda\tq1\t"[1, 2]"',
        'student, question , answer\n Ada , q1 , "[1, 2]"\n',
        'student,question,answer\nAda ,q1,"[1, 2]"\n',
    ],
)
def test_the_same_table_in_many_forms(text: str) -> None:
    assert cells(text) == [("Ada", "q1", "[1, 2]")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_same_table_in_many_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(HEAD + 'Zoë,q1,"∂f/∂x = 2x"\n', encoding=encoding)
    assert [(row.student, row.answer) for row in read_roster(path)] == [("Zoë", "∂f/∂x = 2x")]


def test_cells_keep_what_they_hold() -> None:
    latex = r"\begin{bmatrix} 6 & 3 \\ 12 & 6 \end{bmatrix}"
    rows = cells(HEAD + f'Zoë,q1,"J = [1;\n 2]"\nAda,q2,"say ""x"""\nBob,q3,{latex}\n')
    assert rows == [("Zoë", "q1", "J = [1;\n 2]"), ("Ada", "q2", 'say "x"'), ("Bob", "q3", latex)]


def test_further_columns_are_kept_aside() -> None:
    assert roster_of("id,student,question,answer,when\n7,Ada,q1,x,noon\n")[0].others == (("id", "7"), ("when", "noon"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name,question,text\nAda,q1,x\n", "has no column student, answer; its columns are name, question, text"),
        ("student,question,answer,Answer\n", "has the column answer twice"),
        (HEAD + 'Ada,q1,"[1, 2]\nBob,q1,x\nCem,q1,y\n', "a quotation mark is not closed"),
        (HEAD + 'Ada,q1,"1"2\n', "line 2"),
    ],
)
def test_what_is_wrong_with_a_table_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        roster_of(text)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD.encode() + "Zoë,q1,x\n".encode("cp1252"), "line 2 holds the byte 0xeb"),
        (b"\xff\xfe\x00", "has no column"),
        (HEAD.encode("utf-16-le") + "Ada,q1,x\n".encode("utf-16-le"), "NUL"),
        (None, "does not exist"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "answers.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadError, match=r"answers\.csv") as caught:
        read_roster(path, "answers.csv")
    assert said in caught.value.message


def test_faults_of_a_row_are_the_rows_own() -> None:
    limit = csv.field_size_limit()
    rows = roster_of(HEAD + "Ada,q1,1,2\nBob,q1\nCem,q1,  \nDan,q1," + "x" * 200_000 + "\nEve,q1,x\n,,\n")
    assert [bool(row.fault) for row in rows] == [True, True, True, True, False, True]
    assert "an answer with commas is put in quotation marks" in rows[0].fault
    (row,) = roster_of("student;question;answer\nAda;q1;(1; 2)\n")
    assert "an answer with semicolons is put in quotation marks" in row.fault
    assert rows[1].fault == rows[2].fault == "no answer"
    assert rows[3].fault == "the answer is longer than 10,000 characters"
    assert len(rows[3].answer) == 200_000
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-1/2", "@x", "\t=1", "\rx", "\n=1", " =1", "'=1", "''-x", "＝1+1", "−"]
)
def test_formulas_are_kept_from_running_and_read_again(text: str) -> None:
    cell = harmless(text)
    assert (cell == text) == (text == "−")
    assert cell.lstrip("'") == text.lstrip("'")
    assert as_typed(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text(alphabet="='+-@ \t\r\nx1", max_size=6))
def test_every_cell_comes_back(text: str) -> None:
    assert as_typed(harmless(text)) == text


@given(st.lists(st.tuples(*[st.text(st.characters(blacklist_categories=["Cs"]))] * 3)))
def test_any_table_gives_a_row_for_every_row(rows: list[tuple[str, str, str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    found = cells(HEAD + "\n".join(quoted))
    assert [(s, a) for s, _, a in found] == [(as_typed(s).strip(), as_typed(a)) for s, _, a in rows]


class Frame:
    """As much of a data frame as is used."""

    columns = ("student", "question", "answer")

    def to_dict(self, kind: str) -> list[dict[str, object]]:
        assert kind == "records"
        return [{"student": 7, "question": "q1", "answer": float("nan")}]


def test_rows_from_python() -> None:
    row = AnswerRow("Ada", "q1", "x")
    assert rows_of([("Ada", "q1", "x")]) == rows_of([{"Answer": "x", "student": "Ada", "question": "q1"}]) == [row]
    assert rows_of([row]) == [row]
    assert rows_of(Frame()) == [AnswerRow("7", "q1", "", fault="no answer")]
    for wrong in (["Ada"], [("Ada", "q1")], [{"student": "Ada"}], [7]):
        with pytest.raises(JacocalcError, match="row 1"):
            rows_of(wrong)
