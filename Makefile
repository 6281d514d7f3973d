# Two commands: `make build` sets up and runs the main job, `make test` sets up and passes all checks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DUCKDB_2_VENV := .venv-duckdb-2
DUCKDB_2_INSTALLED := $(DUCKDB_2_VENV)/.installed
SPARK_VENV := .venv-spark
SPARK_INSTALLED := $(SPARK_VENV)/.installed
LINT_DIR := target/lint

.PHONY: build test setup lint lint-python lint-sql conventions lineage mutants bench bench-engines docs lock clean \
	duckdb-2-setup duckdb-2-build spark-setup spark-build parity parity-sample spark-cluster-test spark-thrift-test

build: setup
	$(BIN)/grid build

# Python is looked at beside the build of the conventions; SQL is linted by two processes at once.
test: setup
	$(MAKE) --jobs 2 lint-python conventions
	$(MAKE) lint-sql
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

setup: $(INSTALLED)

$(INSTALLED): requirements/main.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo 'Python 3.11 is needed: make PYTHON=python3.11 ...' >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/main.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# sqlfluff's dbt templater opens the database read-write: lint against a scratch warehouse. Unlike dbt it keeps sqlparse's
# limit of tokens, and would skip the longest models.
SQLFLUFF := $(BIN)/python -c 'import sqlparse.engine.grouping as grouping; grouping.MAX_GROUPING_TOKENS = None; \
	from sqlfluff.cli.commands import cli; cli()'

lint: lint-python lint-sql

lint-python: setup
	$(BIN)/ruff check src tests bench parity
	$(BIN)/ruff format --check src tests bench parity
	$(BIN)/mypy

lint-sql: setup
	mkdir -p $(LINT_DIR)
	GRID_WAREHOUSE_DIR=$(LINT_DIR) $(SQLFLUFF) lint --processes 2 --disable-progress-bar models tests analyses macros

# Conventions (naming, layers, keys, descriptions, contracts, exposures, declared rates) from dbt's artifacts.
conventions: setup
	mkdir -p $(LINT_DIR)
	GRID_WAREHOUSE_DIR=$(LINT_DIR) $(BIN)/dbt build --quiet --target-path $(LINT_DIR)/target --exclude resource_type:test resource_type:unit_test
	GRID_WAREHOUSE_DIR=$(LINT_DIR) $(BIN)/dbt docs generate --quiet --target-path $(LINT_DIR)/target
	$(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml

# Draw docs/lineage.svg anew after a change of the models; a test compares it with the project.
lineage: setup
	$(BIN)/dbt parse --quiet --target-path $(LINT_DIR)/target
	$(BIN)/python -m grid_assessment.lineage $(LINT_DIR)/target/manifest.json > docs/lineage.svg

mutants: setup
	$(BIN)/python tests/mutants/run_mutants.py

# What the warehouse costs (docs/scale.md): about a quarter of an hour; e.g. BENCH='--landing data/landing'.
bench: setup
	$(BIN)/python -m bench.run $(BENCH)

# The same build on DuckDB and on Spark, by months and cities; e.g. SIZES='--size 12x1'.
bench-engines: setup spark-setup
	$(BIN)/python -m bench.engines $(SIZES)

# The sample on the DuckDB to come, with all tests, in an environment and a warehouse of its own.
duckdb-2-setup: $(DUCKDB_2_INSTALLED)

duckdb-2-build: duckdb-2-setup
	mkdir -p target/duckdb-2
	GRID_WAREHOUSE_DIR=target/duckdb-2 $(DUCKDB_2_VENV)/bin/dbt build --quiet \
		--target-path target/duckdb-2 --log-path target/duckdb-2/logs

$(DUCKDB_2_INSTALLED): requirements/duckdb-2.0.lock
	$(PYTHON) -m venv --clear $(DUCKDB_2_VENV)
	$(DUCKDB_2_VENV)/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements/duckdb-2.0.lock
	touch $@

# The same project on Apache Spark, in an environment of its own (docs/spark.md); needs Java 17.
spark-setup: $(SPARK_INSTALLED)

$(SPARK_INSTALLED): requirements/spark.lock
	$(PYTHON) -m venv --clear $(SPARK_VENV)
	$(SPARK_VENV)/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements/spark.lock
	touch $@

spark-build: spark-setup
	$(SPARK_VENV)/bin/dbt build --target spark

# Both engines build the same landing; every row of every mart is compared.
parity: setup spark-setup
	$(BIN)/python -m parity

parity-sample: setup spark-setup
	$(BIN)/python -m parity sample

# The sample built by a master and two workers, and through a Thrift server, on 127.0.0.1.
spark-cluster-test: setup spark-setup
	$(BIN)/python -m parity.cluster cluster

spark-thrift-test: setup spark-setup
	$(BIN)/python -m parity.cluster thrift

docs: setup
	$(BIN)/dbt docs generate --static

# Renew the hashed requirements after a change of requirements/*.in (needs uv).
lock:
	uv pip compile --quiet --generate-hashes --no-header --no-strip-extras --python-version 3.11 \
		requirements/main.in --output-file requirements/main.lock
	uv pip compile --quiet --generate-hashes --no-header --python-version 3.11 \
		requirements/duckdb-1.0.in --output-file requirements/duckdb-1.0.lock
	uv pip compile --quiet --generate-hashes --no-header --no-strip-extras --python-version 3.11 \
		requirements/duckdb-2.0.in --output-file requirements/duckdb-2.0.lock
	uv pip compile --quiet --generate-hashes --no-header --no-strip-extras --python-version 3.11 \
		requirements/spark.in --output-file requirements/spark.lock

clean:
	rm -rf $(VENV) $(DUCKDB_2_VENV) $(SPARK_VENV) target logs warehouse
