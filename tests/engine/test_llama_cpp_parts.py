"""The small parts of the embedded backend: text from bytes, templates, frames."""

import pytest

from engine.backends.llama_cpp import listener
from engine.backends.llama_cpp.chat_template import BadTemplate, ChatTemplate
from engine.backends.llama_cpp.kept import Kept, Shelf
from engine.backends.llama_cpp.pieces import Pieces
from engine.backends.llama_cpp.wire import ChatLine, Count, Embed, Generate, Reply, Text, Unpacker, pack

STRICT = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
)


def test_a_character_is_shown_when_it_is_whole() -> None:
    pieces = Pieces(())
    assert [pieces.feed(bytes([byte])) for byte in "Я🙂".encode()] == ["", "Я", "", "", "", "🙂"]


def test_half_a_character_at_the_end_is_dropped() -> None:
    pieces = Pieces(())
    assert pieces.feed("да🙂".encode()[:-1]) == "да"
    assert pieces.rest() == ""


def test_a_stop_string_is_found_across_pieces_and_never_shown() -> None:
    pieces = Pieces(("END",))
    assert [pieces.feed(part) for part in (b"one E", b"N", b"D two")] == ["one ", "", ""]
    assert pieces.stopped
    assert pieces.rest() == ""


def test_what_only_began_like_a_stop_string_is_shown_later() -> None:
    pieces = Pieces(("END", "\n\n"))
    assert [pieces.feed(part) for part in (b"EN", b"TER\n", b"x E")] == ["", "ENTER", "\nx "]
    assert pieces.rest() == "E"


def test_the_earliest_of_several_stop_strings_counts() -> None:
    assert Pieces(("two", "one")).feed(b"zero one two") == "zero "


def test_a_template_that_refuses_neighbours_and_system_still_gets_its_prompt() -> None:
    lines = [ChatLine("system", "s"), ChatLine("user", "a"), ChatLine("user", "b"), ChatLine("assistant", "c")]
    assert ChatTemplate(STRICT, "", "").render(lines) == "[user]s\n\na\n\nb[assistant]c"


def test_a_template_that_refuses_everything_says_why() -> None:
    with pytest.raises(BadTemplate, match="never"):
        ChatTemplate("{{ raise_exception('never') }}", "", "").render([ChatLine("user", "a")])


def test_a_template_that_is_none_is_refused() -> None:
    with pytest.raises(BadTemplate):
        ChatTemplate("{% for %}", "", "")


def test_a_template_cannot_reach_out_of_its_sandbox() -> None:
    with pytest.raises(BadTemplate):
        ChatTemplate("{{ messages.__class__.__mro__[1].__subclasses__() }}", "", "").render([ChatLine("user", "a")])


def test_a_template_learns_whether_to_think_only_when_someone_chose() -> None:
    template = ChatTemplate("{{ enable_thinking is defined }}{{ enable_thinking }}", "", "")
    lines = [ChatLine("user", "a")]
    assert [template.render(lines, think) for think in (None, True, False)] == ["False", "TrueTrue", "TrueFalse"]


class Taking:
    """Takes what leaves the shelf, as files would."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.taken: list[str] = []

    def takes(self, size_bytes: int) -> bool:
        return size_bytes <= self.limit_bytes

    def put(self, dialog: str, kept: Kept) -> None:
        self.taken.append(dialog)


def computed(size_bytes: int, *, on_file: bool = False) -> Kept:
    return Kept((1, 2, 3), memoryview(bytearray(size_bytes)), on_file=on_file)


def test_the_dialog_kept_longest_goes_on_when_the_budget_is_spent() -> None:
    further = Taking(100)
    shelf = Shelf(10, further)
    for dialog, size_bytes in (("a", 4), ("b", 4), ("a", 6), ("c", 4), ("large", 11)):
        shelf.put(dialog, computed(size_bytes))
    assert further.taken == ["b", "large"]
    assert [dialog for dialog in ("a", "b", "c", "large") if shelf.get(dialog)] == ["a", "c"]
    assert shelf.take("c") == computed(4)
    assert shelf.take("c") is None
    shelf.put("d", computed(1))
    shelf.clear_out(lambda: True)
    assert further.taken == ["b", "large", "d", "a"]


def test_a_shelf_takes_what_fits_somewhere() -> None:
    assert Shelf(10).takes(10)
    assert not Shelf(10).takes(11)
    assert Shelf(10, Taking(11)).takes(11)
    assert not Shelf(10, Taking(11)).takes(12)


def test_what_is_on_disk_or_changed_since_is_not_written() -> None:
    further = Taking(100)
    shelf = Shelf(10, further)
    for dialog in ("1", "1/critic", "12"):
        shelf.put(dialog, computed(1))
    shelf.put("2", computed(1, on_file=True))
    shelf.outdate("1")
    shelf.clear_out(lambda: True)
    assert further.taken == ["12"]
    shelf.is_new("1/critic")
    shelf.put("1", computed(1))
    shelf.clear_out(lambda: True)
    assert further.taken == ["12", "1"]


def test_the_first_words_go_at_once_and_those_of_one_moment_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 0.01, 0.05, 0.11, 0.11, 0.12, 5.0])
    monkeypatch.setattr(listener.time, "monotonic", lambda: next(clock))
    sent: list[Reply] = []
    hearing = listener.Listener(1, sent.append)
    for text in ("a", "b", "", "c", "d"):
        hearing.say(text)
    hearing.flush()
    hearing.flush()
    assert sent == [Text(1, "a"), Text(1, "bc"), Text(1, "d")]


def test_frames_survive_being_torn_apart() -> None:
    frames = [
        Text(1, "Привет 🙂\n"),
        Count(2, (ChatLine("user", "a"),)),
        Generate(3, (ChatLine("user", "b"),), 0.5, None, 10, 7, ("x",), None),
        Embed(4, ""),
    ]
    unpacker = Unpacker()
    data = b"".join(pack(frame) for frame in frames)
    assert [frame for byte in data for frame in unpacker.feed(bytes([byte]))] == frames


@pytest.mark.parametrize("data", [b"llama_model_loader: loaded", b"\0\0\0\x02[]", b'\0\0\0\x0c["None", {}]'])
def test_what_is_no_frame_is_noticed(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|unpack"):
        Unpacker().feed(data + bytes(100))
