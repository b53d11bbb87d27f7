"""What is wrong in a pipeline's file, in the person's language: the line, the mistake, what is allowed."""

from bot.texts import Texts
from config.pipeline_nodes import PipelineProblem

GIVEN_LENGTH = 60
ALLOWED_LENGTH = 400


def problem_text(problem: PipelineProblem, texts: Texts) -> str:
    """One line of what, one of what is allowed."""
    facts = {"key": problem.key[:GIVEN_LENGTH], "given": problem.given[:GIVEN_LENGTH]}
    what = texts(f"problem-{problem.kind.replace('_', '-')}", **facts)
    lines = [texts("problem-head", file=problem.file[:GIVEN_LENGTH], line=problem.line), what]
    if problem.allowed:
        lines.append(texts("problem-allowed", allowed=problem.allowed[:ALLOWED_LENGTH]))
    return "\n".join(lines)
