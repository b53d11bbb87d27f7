"""config/downloads.yaml: models that can be fetched. A mistake in it costs the offers, never the start."""

import logging
from pathlib import Path

import yaml
from pydantic import BaseModel, Field, ValidationError

log = logging.getLogger(__name__)


class Shape(BaseModel, frozen=True, extra="forbid"):
    """What the memory forecast needs to know of a dense transformer before its file is there."""

    layers: int = Field(ge=1, le=1000)
    embedding: int = Field(ge=1)
    heads: int = Field(ge=1)
    kv_heads: int = Field(ge=1)
    head_length: int = Field(ge=1)
    feed_forward: int = Field(ge=1)
    vocabulary: int = Field(ge=1)


class Download(BaseModel, frozen=True, extra="forbid"):
    """A GGUF file in a repository of a hub; `size_bytes` is for the screen, the hub's own word counts."""

    name: str = Field(min_length=1, max_length=40)
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    file: str = Field(pattern=r"^[\w.-]+\.gguf$")
    size_bytes: int = Field(ge=1)
    licence: str = Field(max_length=40)
    shape: Shape


class DownloadsFile(BaseModel, frozen=True, extra="forbid"):
    downloads: tuple[Download, ...] = ()


def read_downloads(path: Path) -> tuple[Download, ...]:
    """What the file offers; nothing if it is not there or wrong, and the log says where."""
    try:
        return DownloadsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}).downloads
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        for item in error.errors():
            log.warning("%s: %s: %s", path, ".".join(map(str, item["loc"])), item["msg"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        log.warning("%s cannot be read: %s", path, error)
    return ()
