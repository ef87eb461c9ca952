.PHONY: setup up down demo deploy destroy test test-trino spec bench format hooks

FILE ?= samples/two-days.csv

setup:
	@python3 local/setup.py

up: setup
	@.venv/bin/python -m local.stack up

down:
	@.venv/bin/python -m local.stack down

demo: setup
	@npx tsx cli/demo.ts '$(FILE)'

deploy: node_modules/.package-lock.json
	@npx tsx cli/deployment/deploy.ts $(ARGS)

destroy: node_modules/.package-lock.json
	@npx tsx cli/deployment/destroy.ts $(ARGS)

# All that a deployment needs of what `setup` brings.
node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error

test:
	@python3 local/setup.py --browser
	@.venv/bin/python test/run.py

test-trino: setup
	@.venv/bin/python -m local.trino.install
	@.venv/bin/python -m pytest -m trino test/sql

spec: setup
	@.venv/bin/python -m spec.run $(ARGS)

bench: setup
	@npx tsx bench/validate.ts
	@.venv/bin/python bench/landing.py
	@.venv/bin/python bench/visibility.py

format: setup
	@npx biome check --write . && .venv/bin/ruff check --fix . && .venv/bin/ruff format .

hooks:
	@git config core.hooksPath .githooks
