"""How LM Studio, vLLM, llama-server and OpenAI say no, each in its own words."""

from typing import Any, Literal

from aiohttp import web

FlavourName = Literal["lmstudio", "vllm", "llama_server", "openai"]


def no_such_model(flavour: FlavourName, name: str) -> web.Response:
    match flavour:
        case "lmstudio":
            return refusal(404, {"type": "model_not_found", "message": f"Model '{name}' not found"})
        case "vllm":
            words_of_vllm = f"The model `{name}` does not exist."
            return refusal(404, {"message": words_of_vllm, "type": "NotFoundError", "code": 404})
        case "llama_server":
            words_of_router = f"model '{name}' not found"
            return refusal(400, {"code": 400, "message": words_of_router, "type": "invalid_request_error"})
        case "openai":
            words_of_openai = f"The model `{name}` does not exist or you do not have access to it."
            return refusal(404, {"message": words_of_openai, "code": "model_not_found"})


def too_long(flavour: FlavourName, asked: int, n_ctx: int) -> web.Response:
    match flavour:
        case "lmstudio":
            return web.json_response({"error": f"Cannot truncate prompt with n_keep ({asked}) >= n_ctx ({n_ctx})"})
        case "vllm":
            text = f"This model's maximum context length is {n_ctx} tokens. However, you requested {asked + 100} "
            text += f"tokens ({asked} in the messages, 100 in the completion). Please reduce the length."
            flat = {"object": "error", "message": text, "type": "BadRequestError", "code": 400}
            return web.json_response(flat, status=400)
        case "llama_server":
            text = f"request ({asked} tokens) exceeds the available context size ({n_ctx} tokens), try increasing it"
            facts = {"type": "exceed_context_size_error", "n_prompt_tokens": asked, "n_ctx": n_ctx}
            return refusal(400, {"code": 400, "message": text} | facts)
        case "openai":
            text = f"This model's maximum context length is {n_ctx} tokens. However, your messages resulted in "
            return refusal(400, {"message": f"{text}{asked} tokens.", "code": "context_length_exceeded"})


def refusal(status: int, error: dict[str, Any]) -> web.Response:
    return web.json_response({"error": error}, status=status)
