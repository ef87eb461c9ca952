.PHONY: setup up down reset demo deploy destroy test test-readers test-trino spec simulate simulate-planted bench findings format hooks

FILE ?= samples/two-days.csv

setup:
	@python3 local/setup.py

up: setup
	@.venv/bin/python -m local.stack up

down:
	@.venv/bin/python -m local.stack down

# Forgets what `up` finds again: uploads, lake, catalogue, executions, mails.
reset:
	@.venv/bin/python -m local.stack reset

demo: setup
	@node --import tsx cli/demo.ts '$(FILE)'

deploy: node_modules/.package-lock.json
	@node --import tsx cli/deployment/deploy.ts $(ARGS)

destroy: node_modules/.package-lock.json
	@node --import tsx cli/deployment/destroy.ts $(ARGS)

# All that a deployment needs of what `setup` brings.
node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error

test:
	@python3 local/setup.py --browser
	@.venv/bin/python test/run.py

test-trino: setup
	@.venv/bin/python -m local.trino.install
	@.venv/bin/python -m pytest -m trino test/sql

test-readers: setup
	@.venv/bin/python -m local.trino.install
	@.venv/bin/python -m pytest -s test/readers

spec: setup
	@.venv/bin/python -m spec.run $(ARGS)

# The code of core/, that of the rounds and the job under an adversary: N runs of the first two, a tenth as many of the job. SEED,
# ROUNDS_SEED or JOB_SEED: one run again, with its schedule.
N ?= 10000
JOB := PYTHONPATH=glue:test .venv/bin/python -m simulation.job

simulate: setup
ifdef SEED
	@node --import tsx test/simulation/core/main.ts --seed $(SEED)
else ifdef ROUNDS_SEED
	@node --import tsx test/simulation/rounds/main.ts --seed $(ROUNDS_SEED)
else ifdef JOB_SEED
	@$(JOB).main --seed $(JOB_SEED)
else
	@node --import tsx test/simulation/core/main.ts $(N)
	@node --import tsx test/simulation/rounds/main.ts $(N)
	@$(JOB).main $$(( ($(N) + 9) / 10 ))
endif

# Undoes one repair after the other and shows that the simulation finds each.
simulate-planted: setup
	@node --import tsx test/simulation/core/planted-main.ts
	@node --import tsx test/simulation/rounds/planted-main.ts
	@$(JOB).planted

# Side by side on this machine, in most of an hour; QUICK=1 in some minutes. ONLY=NAME measures one: bench/README.md names them.
bench: setup
	@.venv/bin/python -m bench.run $(if $(QUICK),--quick) $(foreach name,$(ONLY),--only $(name))

# How well the findings tell a change from chance, and how many holes in the coverage the map finds.
findings: setup
	@node --import tsx bench/findings.ts
	@node --import tsx bench/coverage-holes.ts

format: setup
	@npx biome check --write . && .venv/bin/ruff check --fix . && .venv/bin/ruff format .

hooks:
	@git config core.hooksPath .githooks
