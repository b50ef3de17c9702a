# `make` alone lists what there is. Everything is installed into .venv; nothing else is touched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-services test-spark test-deep lint screenshots bench
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# Three processes for two cores, since the running system is often waited for. A file's tests stay in one process, which
# makes what they share once; in order, so that the long ones come early.
SHARED := -n 3 --dist loadfile --no-loadscope-reorder
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Every program of the product compiled all it uses at each start otherwise, for three seconds.
unexport PYTHONDONTWRITEBYTECODE

help: ## list these commands
	@echo "Quanxi 全息: customer data, tags, segments and personas"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## install the pinned dependencies into .venv (seconds when nothing changed)
	@sh scripts/setup

up: setup ## start everything: PORT=8000 HOST=127.0.0.1 CDP_DATA=./var CDP_DEMO=1
	@exec $(PYTHON) manage.py up

demo: setup ## load the demo world into the database: CUSTOMERS=20000 SEED=7
	@$(PYTHON) manage.py demo $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(SEED),--seed $(SEED))

lint: setup ## style, types, import contracts, missing migrations, settings
	ruff check .
	ruff format --check .
	lint-imports --no-logo
	mypy
	$(PYTHON) manage.py makemigrations --check --dry-run --settings cdp.settings.test
	$(PYTHON) manage.py check --fail-level WARNING --settings cdp.settings.test

test: lint ## every check and every test, the browser's included
	@sh scripts/browser
	@sh scripts/sdks
	@$(PYTHON) manage.py messages --compile --settings cdp.settings.test
	$(PYTEST) -m "not deep" $(SHARED)

test-services: setup ## the tests on PostgreSQL and Redis: DATABASE_URL= CELERY_BROKER_URL=
	@sh scripts/browser
	@sh scripts/sdks
	@$(PYTHON) manage.py messages --compile --settings cdp.settings.test
	DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/quanxi} \
	CELERY_BROKER_URL=$${CELERY_BROKER_URL:-redis://127.0.0.1:6379/9} \
	$(PYTEST) -m "not deep" $(SHARED)

test-spark: ## the rules on a Spark cluster of its own, in .venv-spark: needs Java 17, and nothing running
	@sh scripts/setup spark
	CDP_ENGINE=spark CDP_SPARK_MEMORY=512m JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1" \
	.venv-spark/bin/python -m tests.spark_cluster \
	.venv-spark/bin/python -m pytest -m "not deep" -n 0 tests/rules tests/engine tests/store/test_lake.py

test-deep: setup ## the long property tests
	$(PYTEST) -m deep

screenshots: setup ## pictures of the main pages with the demo world, in var/screenshots: ONLY=phone-en
	@sh scripts/browser
	@sh scripts/sdks
	@$(PYTHON) -m tests.screenshots var/screenshots $(ONLY)

bench: setup ## benchmarks, one JSON object each: NAME=tags for one of them
	@$(PYTHON) -m benchmarks $(NAME)
