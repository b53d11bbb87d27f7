"""docker-compose.yml without an engine: what can be wrong in it and would only show on somebody else's computer."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings, parse_servers

ROOT = Path(__file__).parents[1]
SERVICE_KEYS = {
    "build", "command", "depends_on", "deploy", "entrypoint", "env_file", "environment", "extra_hosts", "healthcheck",
    "image", "init", "ports", "profiles", "restart", "stop_grace_period", "volumes",
}  # fmt: skip
FILES = {
    "plain": ["docker-compose.yml"],
    "gpu": ["docker-compose.yml", "docker-compose.gpu.yml"],
}

Service = dict[str, Any]


def services(file: str = "docker-compose.yml") -> dict[str, Service]:
    found: dict[str, Service] = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["services"]
    return found


def runs_once(service: Service) -> bool:
    return str(service["restart"]).startswith("on-failure")


def test_no_key_is_misspelt() -> None:
    for file in FILES["gpu"]:
        for name, service in services(file).items():
            assert set(service) <= SERVICE_KEYS, f"{file}: {name}"


def test_every_service_restarts_and_is_watched_unless_it_runs_once() -> None:
    for name, service in services().items():
        assert runs_once(service) or service["restart"] == "unless-stopped", name
        assert runs_once(service) or service["healthcheck"]["test"][0] == "CMD", name


def test_the_bot_starts_alone_and_waits_for_nobody() -> None:
    bot = services()["bot"]
    assert "profiles" not in bot
    assert "depends_on" not in bot
    assert bot["env_file"] == [{"path": ".env", "required": False}]


def test_the_local_llm_profile_brings_ollama_its_first_model_and_llama_server() -> None:
    local = {name for name, service in services().items() if service.get("profiles") == ["local-llm"]}
    assert local == {"ollama", "ollama-pull", "llama-server"}
    pull = services()["ollama-pull"]
    assert runs_once(pull)
    assert pull["depends_on"] == {"ollama": {"condition": "service_healthy"}}
    assert "FIRST_MODEL" in pull["command"][0]


def test_services_depend_only_on_services_of_their_own_profile() -> None:
    everything = services()
    for name, service in everything.items():
        for other in service.get("depends_on", {}):
            assert everything[other].get("profiles") == service.get("profiles"), f"{name} on {other}"


def test_every_named_volume_is_declared_and_every_folder_is_in_the_project() -> None:
    declared = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["volumes"])
    used = set()
    for service in services().values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).is_dir(), mount
            else:
                used.add(source)
    assert used == declared


def test_models_data_sessions_and_config_outlive_the_container() -> None:
    bot = services()["bot"]
    mounted = {mount.split(":")[1] for mount in bot["volumes"]}
    for setting in ("MODELS_DIR", "DATA_DIR", "SESSIONS_DIR", "CONFIG_DIR"):
        assert bot["environment"][setting] in mounted


def test_nothing_is_published_beyond_this_computer() -> None:
    for name, service in services().items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name


def test_the_environment_of_the_bot_consists_of_settings_with_valid_values() -> None:
    for name, value in services()["bot"]["environment"].items():
        assert name.lower() in Settings.model_fields, name
        if name.endswith("_BASE_URL"):
            default = re.fullmatch(rf"\${{{name}:-(.*)}}", value)
            assert default, f"{name} cannot be changed in .env"
            assert parse_servers(default[1], name)


def test_the_gpu_file_only_adds_to_services_that_exist() -> None:
    for name, service in services("docker-compose.gpu.yml").items():
        assert name in services()
        (device,) = service["deploy"]["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}


@pytest.mark.parametrize("files", FILES.values(), ids=FILES.keys())
def test_docker_compose_itself_accepts_the_files(files: list[str]) -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose here")
    chosen = [argument for file in files for argument in ("-f", file)]
    command = [docker, "compose", *chosen, "--profile", "local-llm", "config", "--quiet"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
