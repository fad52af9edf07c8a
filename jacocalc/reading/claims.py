"""Answers in words → claims: “continuous but not differentiable” → continuous: yes, differentiable: no.

The words fall into clauses at commas, full stops, and, or, nor, but.  A clause is one claim, a bare yes or no (about
differentiability), or a reason, which is not judged.  What has no single meaning is refused, never guessed: a double
negation, “not continuous and differentiable”, yes beside no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jacocalc.errors import ReadError
from jacocalc.reading.claim_words import HINT, Word, read_words
from jacocalc.records import record


@record
class Claims:
    """Property → yes or no, with the points that are named, and what is set aside."""

    said: Mapping[str, str]
    points: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@record
class Clause:
    """The words between two joints; ``joint`` stands before it: nothing or one of b ; | n & . ,"""

    joint: str
    words: tuple[Word, ...]

    @property
    def core(self) -> tuple[Word, ...]:
        """The words that carry the claim; f(x) is f where something else is claimed of it."""
        found = tuple(word for word in self.words if word.kind not in _BESIDE)
        claims = any(word.kind in "PX" and word.name != "defined" for word in found)
        return tuple(word for word in found if not (claims and (word.kind, word.name) == ("D", "defined")))

    @property
    def shape(self) -> str:
        """The kinds of its words: NP for “is not continuous”; U and Q are defined and undefined."""
        return "".join(_DEFINED.get((word.kind, word.name), word.kind) for word in self.core)

    @property
    def kinds(self) -> str:
        """The kinds of all words."""
        return "".join(word.kind for word in self.words)

    @property
    def plain(self) -> bool:
        """Whether the property stands alone: “continuous”."""
        return re.fullmatch("[PU]", self.shape) is not None

    @property
    def of_function(self) -> bool:
        """Whether f itself is the subject: that f does not exist is no claim."""
        return any((word.kind, word.name) == ("S", "f") for word in self.words)

    def has(self, kinds: str) -> bool:
        """Whether a word of one of these kinds occurs."""
        return any(word.kind in kinds for word in self.words)


_JOINTS = "b;|n&.,"  # the first of those that stand together counts: “, but” is a but
_BESIDE = "SACTV@O"
_DEFINED = {("P", "defined"): "U", ("X", "defined"): "Q"}
# Clauses that make a claim; the derivative is the one that is said to exist, to be defined or not.
_SHAPES = {
    "yes": r"H?[PU]|[PU]:?Y|Y[PU]|DE|ED|HD|D:?Y|YD|DU",
    "no": r"[NWZ][PU]|H?[XQ]|[XQ]:?Y|[PU]:?Z|DNE|NED|Z(?:DE|ED)|EZD|H?ZD|NHD|H[NW]D|WD|D:?Z|DNU|DQ|QD|DJ",
}
_BARE = {"yes": r"Y|E", "no": r"Z|N|J"}
# Claims that follow each other without a joint: continuous not differentiable; continuous yes differentiable no.
_ROWS = (r"N?[PU](?=[NW])|[NW][PU]|WD", r"[PU]:?[YZ]", r"[YZ][PU]")
_NOT_SURE = re.compile("[NK][S@]*C")  # not clearly, not both
_ASIDE = re.compile("[RMHNEZ]*[RM][RMHNEZ]*")
_STRONGER = {
    "defined": ("continuous", "partials", "differentiable", "C1"), "continuous": ("differentiable", "C1"),
    "partials": ("differentiable", "C1"), "differentiable": ("C1",),
}  # fmt: skip


def read_claims(text: str, function: str = "f", inputs: Sequence[str] = ("x", "y")) -> Claims:
    """What the text says of f at a point.  Raises ReadError where that is not certain."""
    words = read_words(text, function, inputs)
    reader = _Reader(text)
    for clause in _clauses(words):
        reader.take(clause)
    reader.close()
    names = {"".join(inputs), ",".join(inputs)}
    points = tuple(word.name for word in words if word.kind == "@" and re.sub(r"\s", "", word.name) not in names)
    return Claims(reader.said, points, tuple(reader.notes))


def _clauses(words: Sequence[Word]) -> Iterator[Clause]:
    """The clauses with the joints before them; “no, it is …” and “no it is …” are the same."""
    joints, held = "", list[Word]()
    for word in words:
        lead = len(held) == 1 and held[0].kind in "YZ" and word.kind == "S"
        if word.kind in _JOINTS or lead:
            if held:
                yield from _rows(Clause(_first(joints), tuple(held)))
                joints, held = "", []
            joints += word.kind if word.kind in _JOINTS else ","
        if word.kind not in _JOINTS:
            held.append(word)
    if held:
        yield from _rows(Clause(_first(joints), tuple(held)))
    elif set(joints) - set(".,"):
        yield Clause(_first(joints), ())


def _first(joints: str) -> str:
    return next((joint for joint in _JOINTS if joint in joints), "")


def _rows(clause: Clause) -> Iterator[Clause]:
    """A clause as it is, or as the claims that follow each other in it."""
    for row in () if clause.has("TVACO") else _ROWS:
        if re.fullmatch(rf"(?:{row}){{2,}}", clause.shape):
            spans = [found.span() for found in re.finditer(row, clause.shape)]
            for number, (start, end) in enumerate(spans):
                yield Clause("," if number else clause.joint, clause.core[start:end])
            return
    yield clause


class _Reader:
    """Takes clause after clause; ``last`` and ``claim`` are the clause before and what it claimed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.said: dict[str, str] = {}
        self.notes: list[str] = []
        self.lead = ""
        self.implied = False  # a value of the derivative is named
        self.kinked = False  # a kink is named
        self.last: Clause | None = None
        self.claim = ("", "")
        self.neither = ""  # K: neither was read; n: and its nor

    def take(self, clause: Clause) -> None:
        """One clause more."""
        if not clause.core:
            if not clause.joint and clause.has("@"):
                return  # “at 2, …”
            if self.lead == "yes" and not self.said and clause.kinds == "S":
                return  # “yes, it is”
            raise self.doubt(clause)
        claim = self._claim(clause)
        if claim is None:
            if not self._bare(clause):
                self._set_aside(clause)
            return
        self._refuse_doubtful(clause, claim)
        self._refuse_ambiguous(clause, claim)
        name, answer = claim
        if self.said.setdefault(name, answer) != answer:
            raise self.doubt(clause, "yes and no are said of the same")
        self.last, self.claim = clause, claim

    def close(self) -> None:
        """The end: nothing is left open, and something was claimed."""
        if self.neither == "K" or (self.last is not None and self.last.has("O")):
            raise self.doubt(self.last, "the second half of the sentence is missing")
        if self.lead:
            self._add_lead()
        if self.implied and "no" in self.said.values() and self.said.get("differentiable") != "yes":
            raise self.doubt(None, "a value of the derivative is named where there is none")
        if self.kinked and self.said.get("differentiable") == "yes":
            raise self.doubt(None, "a kink is named where the function is said to be differentiable")
        if not self.said:
            raise self.doubt(None)

    def _add_lead(self) -> None:
        """A bare yes or no is about differentiability; what is said besides must agree."""
        if self.said.get("differentiable", self.lead) != self.lead:
            raise self.doubt(None, f"“{self.lead}” is said, and then the contrary")
        agrees = "no" in self.said.values() if self.lead == "no" else self.said.get("C1") == "yes"
        if self.said and "differentiable" not in self.said and not agrees:
            raise self.doubt(None, f"it is not clear what “{self.lead}” is said of")
        self.said["differentiable"] = self.lead

    # -- one clause ---------------------------------------------------------------------------------

    def _claim(self, clause: Clause) -> tuple[str, str] | None:
        """(property, yes or no), by the shape of the clause and by what the one before denies."""
        shape = clause.shape
        if shape == "NE" and not clause.of_function:
            return "differentiable", "no"
        if re.fullmatch("K[PU]", shape) and not self.neither:
            self.neither = "K"
            return clause.core[1].name, "no"
        answer = next((said for said, pattern in _SHAPES.items() if re.fullmatch(pattern, shape)), "")
        if not answer:
            return None
        kind = "D" if "D" in shape else "PX"
        name = next(word.name for word in clause.core if word.kind in kind)
        return name, self._carried(clause, answer)

    def _carried(self, clause: Clause, answer: str) -> str:
        """“neither X, Y nor Z”, “not X or Y”: a no that reaches further."""
        if clause.joint in ("n", "|"):
            denied = self.last is not None and re.fullmatch("[NKW]?[PU]", self.last.shape) and self.claim[1] == "no"
            if not (clause.plain and denied):
                raise self.doubt(clause)
            self.neither = "n" if self.neither else ""
            return "no"
        if self.neither == "K":
            if clause.plain and clause.joint == ",":
                return "no"
            raise self.doubt(clause, "“neither” without “nor”")
        return answer

    def _refuse_doubtful(self, clause: Clause, claim: tuple[str, str]) -> None:
        """Raises ReadError for words that fit the claim badly: “not clearly”, “everywhere” beside a no."""
        unfit = "T" if claim[1] == "yes" else "V"
        plural = clause.has("A") and "D" not in clause.shape
        if clause.has(unfit) or plural or clause.shape.count("D") > 1 or _NOT_SURE.search(clause.kinds):
            raise self.doubt(clause)

    def _refuse_ambiguous(self, clause: Clause, claim: tuple[str, str]) -> None:
        """Raises ReadError for what can be read in two ways after the clause before."""
        (name, answer), said = claim, self.claim[1]
        if self.last is None:
            return
        if self.last.has("O") and said != answer:
            raise self.doubt(clause)
        if clause.plain and answer == "yes" and said == "no" and self._reaches(clause, name):
            raise self.doubt(clause, "it is not clear how far “not” reaches")
        if "D" in self.last.shape and clause.joint in ("&", "b", ";") and name == "continuous" and not clause.has("S"):
            raise self.doubt(clause, "it is not clear whether f is meant or its derivative")
        if self.last.plain and clause.joint in ("&", ",") and clause.shape[-1] in "YZ":
            raise self.doubt(clause, "say yes or no of each")

    def _reaches(self, clause: Clause, name: str) -> bool:
        """Whether a no before may be meant for this too: by “and”, after neither, or where it follows from it."""
        follows = bool(self.neither) or name in _STRONGER.get(self.claim[0], ())
        return clause.joint == "&" or (clause.joint == "," and follows)

    def _bare(self, clause: Clause) -> bool:
        """A yes or no that stands first and names nothing."""
        answer = next((said for said, pattern in _BARE.items() if re.fullmatch(pattern, clause.shape)), "")
        if answer and not (self.lead or self.said or clause.of_function or _NOT_SURE.search(clause.kinds)):
            self.lead = answer
            return True
        return clause.kinds == "SN" and self.lead == "no" and not self.said  # “no, it isn't”

    def _set_aside(self, clause: Clause) -> None:
        """A reason, or a value that nobody judges here."""
        value = any(word.kind == "M" and word.name for word in clause.core)
        contrary = clause.joint == "b" and self.claim == ("differentiable", "yes")
        if contrary or (value and clause.shape != "M") or not _ASIDE.fullmatch(clause.shape):
            raise self.doubt(clause)
        self.implied = self.implied or value
        self.kinked = self.kinked or (any(word.name == "kink" for word in clause.core) and not clause.has("NZ"))
        self.notes.append(self.text[clause.words[0].start : max(word.end for word in clause.words)].strip())

    def doubt(self, clause: Clause | None, why: str = "") -> ReadError:
        """It cannot be said what is meant, with the place."""
        words = clause.words if clause else ()
        start, end = (words[0].start, words[-1].end) if words else (0, len(self.text))
        said = f"“{' '.join(self.text.split())[:60]}” cannot be read with certainty"
        return ReadError(f"{said}: {why}" if why else said, text=self.text, start=start, end=end, hint=HINT)
