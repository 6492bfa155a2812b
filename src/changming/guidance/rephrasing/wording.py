"""The answer's text with its statements said anew; marks, tags, verdicts and next steps stay as they are."""

from collections.abc import Sequence


def rephrased(answer_text: str, statements: Sequence[str], pieces: Sequence[str]) -> str:
    """``answer_text`` with each statement's words exchanged for its piece.

    Args:
        answer_text: the answer, a statement a line, each followed by its tag and the marks of its sources.
        statements: the statements' own words, in the order of the lines.
        pieces: what ``decide_rephrasing`` let through, in the same order.
    """
    waiting = list(zip(statements, pieces, strict=True))
    lines = []
    for line in answer_text.split("\n"):
        if waiting and line.startswith(waiting[0][0]):
            statement, piece = waiting.pop(0)
            lines.append(piece + line[len(statement) :])
        else:
            lines.append(line)
    return "\n".join(lines)
