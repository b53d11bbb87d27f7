"""Settings: what the environment and `.env` say, checked once at the start.

Every field has a default; a new user sets BOT_TOKEN and nothing else. The record is frozen: nothing
changes settings while the program runs. It knows nothing of Telegram or of models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.durations import seconds

Language = Literal["ru", "en"]
BackendKind = Literal["llama_cpp", "ollama", "lmstudio", "vllm", "llama_server", "openai"]

BACKEND_KINDS: tuple[BackendKind, ...] = ("llama_cpp", "ollama", "lmstudio", "vllm", "llama_server", "openai")


class ServerAddress(BaseModel, frozen=True):
    """One `url` or `name=url` of a server setting."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """A variable, what it was set to, and which values are allowed: a whole number, `>= 1`, the choices."""

    name: str
    given: str
    allowed: str


class BadSettings(Exception):
    """Settings that cannot be used, with one problem each."""

    def __init__(self, problems: list[SettingProblem]) -> None:
        super().__init__("; ".join(f"{item.name}={item.given}: {item.allowed}" for item in problems))
        self.problems = problems


ServerList = Annotated[tuple[ServerAddress, ...], NoDecode]


class Settings(BaseSettings):
    """All settings; names are those of the environment variables in lower case."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    bot_token: SecretStr | None = None
    bot_api_url: str | None = None
    bot_api_local: bool = False
    bot_owner_id: int | None = None
    bot_max_users: int = Field(10, ge=1)
    bot_proxy: str | None = None
    bot_webhook_url: str | None = None
    bot_webhook_secret: SecretStr | None = None
    bot_webhook_port: int = Field(8443, ge=1, le=65535)
    bot_language: Language | None = None

    ollama_base_url: ServerList = (ServerAddress(name="ollama", url="http://127.0.0.1:11434"),)
    lmstudio_base_url: ServerList = (ServerAddress(name="lmstudio", url="http://127.0.0.1:1234/v1"),)
    vllm_base_url: ServerList = ()
    llamacpp_base_url: ServerList = ()
    openai_base_url: ServerList = ()
    openai_api_key: SecretStr | None = None
    llm_providers: Annotated[tuple[BackendKind, ...], NoDecode] = BACKEND_KINDS
    llm_connect_timeout_s: float = Field(5.0, gt=0)
    llm_silence_timeout_s: float = Field(900.0, gt=0)
    llm_check_interval_s: float = Field(15.0, gt=0)
    llm_keep_alive: float = 1800.0
    llm_warm_start: bool = True
    llm_kept_gb: float = Field(4.0, ge=0)

    hf_endpoint: str = "https://huggingface.co"

    guide_enabled: bool = True

    models_dir: Path = Path("models")
    data_dir: Path = Path("data")
    sessions_dir: Path = Path("sessions")
    config_dir: Path = Path("config")

    sandbox_dir: Path = Path("sandbox")
    sandbox_host: str = "127.0.0.1"
    sandbox_port: int = Field(8081, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_default(cls, value: object, info: object) -> object:
        """`NAME=` in `.env` means: the default."""
        if isinstance(value, str) and not value.strip():
            return cls.model_fields[info.field_name].default  # type: ignore[attr-defined]
        return value

    @field_validator(
        "ollama_base_url", "lmstudio_base_url", "vllm_base_url", "llamacpp_base_url", "openai_base_url", mode="before"
    )
    @classmethod
    def _servers(cls, value: object, info: object) -> object:
        if not isinstance(value, str):
            return value
        kind = info.field_name.removesuffix("_base_url")  # type: ignore[attr-defined]
        return parse_servers(value, default_name=kind)

    @field_validator("llm_keep_alive", mode="before")
    @classmethod
    def _duration(cls, value: object) -> object:
        return seconds(value) if isinstance(value, str) else value

    @field_validator("llm_providers", mode="before")
    @classmethod
    def _providers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        return BACKEND_KINDS if names == ["auto"] else tuple(names)


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment and `env_file`; raises BadSettings naming each wrong variable."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise BadSettings([problem_of(item) for item in error.errors()]) from error


def problem_of(error: Mapping[str, Any]) -> SettingProblem:
    """A pydantic error in signs that need no language; a secret is never repeated."""
    context: dict[str, Any] = error.get("ctx") or {}
    limits = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    match error["type"]:
        case "literal_error":
            allowed = str(context["expected"]).replace(" or ", ", ")
        case "int_parsing" | "int_from_float" | "int_type":
            allowed = "1, 2, 3, …"
        case "float_parsing" | "float_type":
            allowed = "0.5, 1, 2, …"
        case "bool_parsing" | "bool_type":
            allowed = "true, false"
        case "value_error":
            allowed = str(context["error"])
        case _:
            bounds = [f"{limits[name]} {limit}" for name, limit in context.items() if name in limits]
            allowed = ", ".join(bounds) or error["msg"]
    return SettingProblem(str(error["loc"][0]).upper(), str(error["input"])[:60], allowed)


def with_own_folders(settings: Settings) -> Settings:
    """Without a token the bot lives in the sandbox and keeps all there: its people are none of the real bot's."""
    if settings.bot_token is not None:
        return settings
    folder = settings.sandbox_dir
    return settings.model_copy(update={"data_dir": folder / "data", "sessions_dir": folder / "sessions"})


def parse_servers(text: str, default_name: str) -> tuple[ServerAddress, ...]:
    """`url, name=url, ...` into addresses; unnamed ones are called after their kind, then kind-2, kind-3."""
    servers: list[ServerAddress] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, separator, url = item.partition("=")
        if not separator or "://" in name:
            name, url = "", item
        if not url.startswith(("http://", "https://")):
            raise ValueError("http://…, https://…, name=http://…")
        number = len(servers) + 1
        unnamed = default_name if number == 1 else f"{default_name}-{number}"
        servers.append(ServerAddress(name=name.strip() or unnamed, url=url.strip().rstrip("/")))
    if len({server.name for server in servers}) < len(servers):
        raise ValueError("name=http://…, other=http://…")
    return tuple(servers)
