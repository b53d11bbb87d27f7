"""Who may talk to the server: this machine's own page and bots; nothing that comes from another web page."""

import aiohttp
import pytest

from bot.sandbox import Chat, Sandbox

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Host": "evil.example:{port}"},
    {"Host": "127.0.0.1.evil.example:{port}"},
    {"Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
]
PATHS = ["bot{token}/sendMessage?chat_id={chat}&text=x", "page/live", "page/static/main.js", "page/file/x"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_gets_nothing(sandbox: Sandbox, chat: Chat, headers: dict[str, str], path: str) -> None:
    url = sandbox.page_url + path.format(token=sandbox.token, chat=chat.id)
    filled = {name: value.format(port=sandbox.port) for name, value in headers.items()}
    async with aiohttp.ClientSession() as http, http.get(url, headers=filled) as response:
        assert response.status == 403
    assert sandbox.answers(chat) == []


async def test_a_foreign_page_cannot_open_the_socket(sandbox: Sandbox, chat: Chat) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(f"{sandbox.page_url}page/live", origin="https://evil.example")


async def test_the_page_may_be_visited_from_a_link_and_cannot_be_framed(sandbox: Sandbox) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with aiohttp.ClientSession() as http, http.get(sandbox.page_url, headers=visit) as response:
        assert response.status == 200
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_only_the_right_token_is_let_in(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{sandbox.api_url}/bot1:wrong/getMe") as response:
        assert response.status == 401
        assert (await response.json())["description"] == "Unauthorized"


async def test_static_files_do_not_lead_out_of_their_folder(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("page/static/..%2fserver.py", "page/static/%2e%2e/server.py", "page/static/none.js"):
            async with http.get(sandbox.page_url + path) as response:
                assert response.status == 404


async def test_a_file_from_a_person_is_never_run(sandbox: Sandbox, chat: Chat) -> None:
    (anna,) = sandbox.people()
    sent = await anna.send_document(chat, "page.html", b"<script>alert(1)</script>")
    assert sent.media is not None
    url = f"{sandbox.page_url}page/file/{sent.media.file_id}"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
