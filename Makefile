# make run    install what is missing and start the bot (without BOT_TOKEN: the sandbox in a browser)
# make test   the test suite in an environment of its own; ARGS="-k words" picks tests

PYTHON ?=
ARGS ?=
DEV := .venv-dev/bin/python
export PYTHON

.PHONY: run embedded dev test test-fast lint format bench guide clean

run:
	@exec sh scripts/run.sh run $(ARGS)

embedded:  ## build embedded models now, in sight; the way to try again after a failed build
	@exec sh scripts/run.sh embedded

dev:
	@exec sh scripts/run.sh lint

test:
	@sh scripts/run.sh test
	$(DEV) -m pytest -rs -n 2 --dist loadfile $(ARGS)

test-fast: dev  ## without the slow ones and those that need a browser
	$(DEV) -m pytest -rs -n 2 --dist loadfile -m "not slow and not page" $(ARGS)

lint: dev
	$(DEV) -m ruff check .
	$(DEV) -m ruff format --check .
	$(DEV) -m mypy
	.venv-dev/bin/lint-imports

format: dev
	$(DEV) -m ruff check --fix .
	$(DEV) -m ruff format .

bench:  ## every measurement of tests/bench in turn; ARGS goes to each
	@sh scripts/run.sh test
	for file in tests/bench/bench_*.py; do echo "== $$file"; PYTHONPATH=. $(DEV) $$file $(ARGS) || exit 1; done

guide:  ## teach the guide anew from guide/ into models/guide.gguf, and examine it; in an environment of its own
	@sh scripts/run.sh guide
	.venv-guide/bin/python -m guide $(ARGS)
	.venv-guide/bin/python -m guide.examining --questions rehearsal --wrong
	.venv-guide/bin/python -m guide.examining

clean:  ## environments and caches; people's data stays
	rm -rf .venv .venv-dev .venv-guide .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
