"""Words of a person put into a pipeline where they belong. Knows nothing of messages."""

from dataclasses import replace

from bot.pipes.asked import Target
from bot.pipes.opening import check
from bot.pipes.param_views import with_value
from bot.pipes.taps import NO_VOICE, InStage
from config.pipeline import MAX_NAME, MAX_PROMPT, Pipeline, Stage
from engine.aggregation.templates import BadTemplate, check_template
from engine.pipelines.editing import aggregated, model_changed, stage_changed, stage_renamed


class NoWords(Exception):
    """Nothing was written."""


class TooLong(Exception):
    """More than `most` characters."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def with_words(pipeline: Pipeline, target: Target, text: str) -> Pipeline:
    """The pipeline with the text in the place of `target`.

    Raises NoWords, TooLong, BadValue, BadTemplate, and Moved if the place is not what it was.
    """
    words = text.strip()
    if not words:
        raise NoWords
    most = MAX_NAME if target.what in ("pipeline", "stage") else MAX_PROMPT
    if len(words) > most:
        raise TooLong(most)
    if target.what == "pipeline":
        return replace(pipeline, name=" ".join(words.split()))
    check(pipeline, InStage(act="show", pipe=target.pipe, stage=target.stage, voice=target.voice, mark=target.mark))
    if target.what == "stage":
        return stage_renamed(pipeline, target.stage, words)
    return stage_changed(pipeline, target.stage, lambda stage: with_stage_words(stage, target, words))


def with_stage_words(stage: Stage, target: Target, words: str) -> Stage:
    match target.what:
        case "merge":
            return aggregated(stage, lambda merge: replace(merge, prompt=words))
        case "template":
            if problem := check_template(words):
                raise BadTemplate(problem)
            return aggregated(stage, lambda merge: replace(merge, template=words))
        case "param":
            return with_value(stage, target.voice, target.key, words)
        case _ if target.voice == NO_VOICE:
            return replace(stage, system_prompt=words)
        case _:
            return model_changed(stage, target.voice, lambda model: replace(model, system_prompt=words))
