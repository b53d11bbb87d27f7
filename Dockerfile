# Two stages: the compiler stays in the first. Built where it runs (`docker compose build`), so llama.cpp is compiled
# for this very processor; for an image that travels: --build-arg CMAKE_ARGS="-DGGML_NATIVE=OFF".
FROM python:3.12-slim-bookworm AS build

RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# The slow one first, in a layer of its own: a change in requirements.txt does not compile it again.
ARG CMAKE_ARGS=""
COPY requirements-embedded.txt ./
RUN pip install -r requirements-embedded.txt
COPY requirements.txt ./
RUN pip install -r requirements.txt


FROM python:3.12-slim-bookworm

# libgomp1: llama.cpp's threads; tesseract: text in pictures, Russian and English.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 tesseract-ocr tesseract-ocr-rus tesseract-ocr-eng \
    && rm -rf /var/lib/apt/lists/*

# The number is fixed so that files on mounted folders keep their owner; it is the first person's on most Linux systems.
RUN groupadd --gid 1000 consilium \
    && useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin consilium \
    && install -d -o consilium -g consilium /models /data /sessions /config

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY config config
COPY engine engine
COPY bot bot
COPY models/guide.gguf models/guide.gguf
COPY --chown=consilium:consilium config/*.yaml /config/

# The sandbox page must be reachable from outside the container; compose publishes it on 127.0.0.1 of the host alone.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MODELS_DIR=/models DATA_DIR=/data SESSIONS_DIR=/sessions CONFIG_DIR=/config \
    SANDBOX_DIR=/data/sandbox SANDBOX_HOST=0.0.0.0
USER consilium
VOLUME ["/models", "/data", "/sessions", "/config"]
EXPOSE 8081

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot.health"]
CMD ["python", "-m", "bot"]
