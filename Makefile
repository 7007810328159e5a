# make rapport: the main job · make test: every check · make bevis: the long ones · make uu: accessibility · make lab: JupyterLab · make laas: lock again
.DEFAULT_GOAL := rapport
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.kjoring
TEST_STAMP := $(VENV)/.test

# Tests with a large column besides those bevis.py writes down; each prints its counts.
LARGE := tests/test_planted_identifiers.py tests/test_workbook_mutated.py tests/test_histories.py \
	tests/test_publish.py tests/test_number_gate.py tests/test_tall_xlsx.py

.PHONY: rapport test bevis uu lab laas sjekk-kode

rapport: $(RUN_STAMP)
	$(BIN)/evaluering kjør params/fredrikstad_publisert.yml
	$(BIN)/evaluering eksempel

lab: $(RUN_STAMP)
	$(BIN)/evaluering lab

test: $(TEST_STAMP) sjekk-kode
	$(BIN)/python -m pytest

bevis: $(TEST_STAMP)
	$(BIN)/python benchmarks/bevis.py
	EVALUERING_BEVIS=1 $(BIN)/python -m pytest -q $(LARGE)

uu: $(TEST_STAMP)
	$(BIN)/python benchmarks/uu.py

sjekk-kode: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else 'Python 3.11-3.14 trengs')"
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements/kjoring.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/kjoring.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(TEST_STAMP): requirements/test.txt $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

laas:
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --extra bygg pyproject.toml -o requirements/kjoring.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --extra bygg --extra test -c requirements/kjoring.txt pyproject.toml -o requirements/test.txt
