"""How a model file will be loaded and what that takes: its forecast, mended by what earlier loads took.

Knows no processes and what is free only from its callers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version

from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.rehearsal import rehearsed
from engine.backends.llama_cpp.resident import Wanted
from engine.backends.llama_cpp.wire import Loaded
from engine.easing import easings
from engine.errors import NoMemory
from engine.fitting import Free, Room, best, eased, fits, nearest, with_smaller_window
from engine.forecast import CUDA_BYTES, CacheType, Forecast, Need, Setup, Taken, forecast
from engine.measurements import LoadKey, Measurement, Measurements
from engine.memory_plan import Candidate

MAX_EMBED_TOKENS = 2048
"""The longest text the child embeds."""
ALL_LAYERS = -1
KEY_BITS: dict[CacheType, int] = {"f16": 16, "q8_0": 8, "q4_0": 4}
REFUSED = 0.9
"""Of what the machine refused, so much may be tried again."""
WHOLE_PICTURE_TOKENS = 512
"""More than a picture has for models that look at all of it at once."""
EYES_WORK_BYTES = 128 << 20
"""What computing a picture takes beside the weights of the eyes."""
CLOSE = 0.1
"""A forecast nearer than this to what is free is made sure of by a rehearsal."""


@dataclass(frozen=True, slots=True)
class Plans:
    """`build` is the version of llama-cpp-python; without `measurements` forecasts stay as they are.

    A model computes `slots` dialogs together; `others` gives the files that may stand in for one that does not fit.
    """

    server: str
    others: Callable[[], Iterable[ModelFile]]
    measurements: Measurements | None
    build: str
    slots: int
    told: dict[LoadKey, Need | None] = field(default_factory=dict)
    """What rehearsals told."""

    def room(self, file: ModelFile, n_ctx: int, layers: int | None) -> Room:
        return Room(
            file.header.shape, setup_of(file, n_ctx, self.slots), layers, lambda found: self._corrected(file, found)
        )

    def default(self, file: ModelFile) -> Forecast:
        """For the listing: the default window, in RAM alone."""
        return best(self.room(file, file.default_n_ctx, 0), Free(0))

    def least(self, file: ModelFile) -> int:
        """Bytes with every sacrifice, in the default window and in RAM alone."""
        room = self.room(file, file.default_n_ctx, 0)
        *_, setup = (room.setup, *easings(room.shape, room.setup))
        return best(replace(room, setup=setup), Free(0)).all.total

    async def note(self, file: ModelFile, setup: Setup, taken: Taken) -> None:
        """Remember what a load took."""
        if self.measurements is not None:
            raw = forecast(file.header.shape, setup)
            measurement = Measurement(raw.ram.total, raw.vram.total, taken.ram.total, taken.vram.total)
            await self.measurements.note(self._key(file, setup), measurement)

    async def asked(self, file: ModelFile, room: Room, free: Free) -> Forecast:
        """The load as asked, on the devices where it runs best; it may not fit."""
        return await self._sure(file, best(room, free), free)

    async def eased(self, file: ModelFile, room: Room, free: Free) -> Forecast | None:
        """A load with the least sacrifice that lets it fit; None if none does."""
        for setup in easings(room.shape, room.setup):
            plan = await self._sure(file, best(replace(room, setup=setup), free), free)
            if fits(plan, free):
                return plan
        return None

    async def _sure(self, file: ModelFile, plan: Forecast, free: Free) -> Forecast:
        """The plan; when it is a close call in RAM and nothing was measured, with llama.cpp's own numbers in it."""
        is_close = abs(plan.ram.total - free.ram) < CLOSE * plan.ram.total
        if not is_close or plan.gpus or self._measured(file, plan.setup) is not None:
            return plan
        key = self._key(file, plan.setup)
        if key not in self.told:
            self.told[key] = await rehearsed(str(file.path.absolute()), plan.setup)
        told = self.told[key]
        return plan if told is None else replace(plan, ram=plan.ram.with_told(told))

    def no_memory(self, file: ModelFile, room: Room, free: Free, tried: Forecast | None = None) -> NoMemory:
        """The refusal: the arithmetic, and what would fit, another file of the same model last.

        `tried` is a load that was let pass and then refused by the machine: only what takes less is named.
        """
        asked, left = (best(room, free), free) if tried is None else (tried, less_than(tried, free))
        plan = nearest(room, left)
        if tried and plan and (plan.n_ctx, plan.gpu_layers) == (asked.setup.n_ctx, asked.setup.gpu_layers):
            plan = nearest(with_smaller_window(room), left)  # a person cannot ask for what else would help
        other = None if plan else self._other(file, room, left)
        need = asked.all
        return NoMemory(
            self.server,
            file.name,
            need_bytes=need.total,
            free_bytes=free.total,
            need_vram_bytes=asked.vram.total,
            free_vram_bytes=sum(free.vram),
            need_parts=(need.weights, need.context, need.work),
            was_tried=tried is not None,
            fits_model=other.name if other else None,
            **differences(asked.setup, plan),
        )

    def candidate(self, wanted: Wanted, load: Callable[[Free], Forecast] | None = None) -> Candidate:
        """The model for planning; `load` where it is known better than by forecast."""
        room = self.room(wanted.file, wanted.n_ctx, wanted.layers_to_load)
        return Candidate(
            f"{self.server}/{wanted.file.name}",
            (wanted.n_ctx, wanted.layers_to_load),
            load or (lambda free: eased(room, free) or best(room, free)),
            lambda free: self.no_memory(wanted.file, room, free),
        )

    def _other(self, file: ModelFile, room: Room, free: Free) -> ModelFile | None:
        smaller = smaller_ones(file, self.others())
        return next((other for other in smaller if eased(self.room(other, room.setup.n_ctx, None), free)), None)

    def _corrected(self, file: ModelFile, found: Forecast) -> Forecast:
        measured = self._measured(file, found.setup)
        mended = found.corrected(measured.ram_ratio, measured.vram_ratio) if measured else found
        return with_eyes(mended, file)

    def _measured(self, file: ModelFile, setup: Setup) -> Measurement | None:
        return self.measurements.last(self._key(file, setup)) if self.measurements else None

    def _key(self, file: ModelFile, setup: Setup) -> LoadKey:
        return LoadKey(str(file.path.absolute()), repr(file.stamp), setup.name, self.build)


def setup_of(file: ModelFile, n_ctx: int, slots: int) -> Setup:
    if file.header.embeds:
        return Setup(min(n_ctx, MAX_EMBED_TOKENS), embeds=True)
    whole_picture = WHOLE_PICTURE_TOKENS if file.eyes and file.eyes.wants_whole_pictures else 0
    return Setup(n_ctx, slots=slots, least_batch=whole_picture)


def with_eyes(load: Forecast, file: ModelFile) -> Forecast:
    """The eyes are opened with the first picture, and have room from the start: on the first GPU, else in RAM."""
    if file.eyes is None:
        return load
    need = Need(weights=file.eyes.header.size_bytes, work=EYES_WORK_BYTES)
    if load.gpus:
        return replace(load, gpus=(load.gpus[0].plus(need), *load.gpus[1:]))
    return replace(load, ram=load.ram.plus(need))


def differences(asked: Setup, plan: Setup | None) -> dict[str, int | None]:
    """Fields of NoMemory: what of `plan` is not as asked."""
    if plan is None:
        return {}
    return {
        "fits_n_ctx": plan.n_ctx if plan.n_ctx != asked.n_ctx else None,
        "fits_gpu_layers": plan.gpu_layers if plan.gpu_layers != asked.gpu_layers else None,
        "fits_key_bits": KEY_BITS[plan.cache_type] if plan.cache_type != asked.cache_type else None,
        "fits_slots": plan.slots if plan.slots != asked.slots else None,
    }


def less_than(tried: Forecast, free: Free) -> Free:
    """Room for less than what the machine refused, on each device that it used."""
    gpus = [need.total for need in tried.gpus] + [0] * len(free.vram)
    vram = (min(size, int(need * REFUSED)) if need else size for size, need in zip(free.vram, gpus, strict=False))
    return Free(min(free.ram, int(tried.ram.total * REFUSED)) if not tried.gpus else free.ram, tuple(vram))


def taken(loaded: Loaded, free: Free) -> Taken:
    """What the child says it holds; CUDA itself does not stand in llama.cpp's log."""
    gpus = [Need(*parts) for parts in loaded.gpus]
    used = [need.plus(Need(work=CUDA_BYTES)) if need.total else need for need in gpus]
    return Taken(Need(*loaded.ram), (*used, *[Need()] * (len(free.vram) - len(used))))


def smaller_ones(file: ModelFile, files: Iterable[ModelFile]) -> list[ModelFile]:
    """Other files of what is the same model by its shape, in fewer bytes; the best first."""
    mine = file.header
    same = [
        other
        for other in files
        if (other.header.architecture, other.header.n_layer, other.header.parameters)
        == (mine.architecture, mine.n_layer, mine.parameters)
        and other.header.size_bytes < mine.size_bytes
    ]
    return sorted(same, key=lambda other: other.header.size_bytes, reverse=True)


def build() -> str:
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return ""
