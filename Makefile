# Everything a person or a machine does with this project. `make demo` and `make test` are the two that matter.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PEOPLE ?= 2000
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes

.PHONY: demo test deep check fix bench serve pictures install install-development browser hledger requirements clean help

help:
	@echo "make demo      two working places at http://127.0.0.1:8000 (PEOPLE=2000, PORT=8000)"
	@echo "make test      everything that CI runs"
	@echo "make deep      long proofs: kill loops, long properties"
	@echo "make check     style and types; changes nothing"
	@echo "make fix       mends what can be mended, prints the generated pages"
	@echo "make bench     side-by-side measurements, one JSON row each"
	@echo "make serve     production settings"
	@echo "make pictures  photographs of a demo's pages into docs/pictures"

demo: $(VENV)/runtime.stamp
	@$(RUN) -m joinedup demo --people $(PEOPLE) --port $(PORT)

serve: $(VENV)/runtime.stamp
	@$(RUN) -m joinedup serve --port $(PORT)

test: $(VENV)/development.stamp browser hledger
	@$(RUN) -c "from config import design_system, environment; design_system.fetch(environment.environment().var / 'static')"
	@$(RUN) -c "from config import environment, fhir_validators; fhir_validators.fetch(environment.environment().var)"
	@$(RUN) -m pytest tests -n 2 --dist loadfile --no-loadscope-reorder -q -m "not deep"; code=$$?; JOINEDUP_MODE=test $(RUN) -m joinedup database stop >/dev/null; exit $$code

deep: $(VENV)/development.stamp browser hledger
	@$(RUN) -m pytest tests -q -m deep; code=$$?; JOINEDUP_MODE=test $(RUN) -m joinedup database stop >/dev/null; exit $$code

check: $(VENV)/development.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy joinedup config && $(RUN) docs/print.py --check
	@$(RUN) -m pytest tests/tidy -q

fix: $(VENV)/development.stamp
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; $(RUN) docs/print.py

bench: $(VENV)/development.stamp
	@$(RUN) -m bench

pictures: $(VENV)/development.stamp browser
	@$(RUN) docs/pictures.py

install: $(VENV)/runtime.stamp

install-development: $(VENV)/development.stamp

$(VENV)/bin/uv: requirements/installer.txt
	@test -n "$(PYTHON)" && $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	{ echo "Python 3.11 or newer is needed; say make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.txt
	@touch $(VENV)/bin/uv

$(VENV)/runtime.stamp: requirements/runtime.txt $(VENV)/bin/uv pyproject.toml
	@echo "Installing what the program needs …"
	@$(UV) -r requirements/runtime.txt || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
	@$(RUN) -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'joinedup.pth').write_text('$(CURDIR)\\n')"
	@printf '#!%s\nimport sys\nfrom joinedup.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/joinedup && chmod +x $(BIN)/joinedup
	@touch $@

$(VENV)/development.stamp: requirements/development.txt $(VENV)/bin/uv pyproject.toml
	@echo "Installing what the tests need …"
	@$(UV) -r requirements/development.txt || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/development.txt
	@$(RUN) -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'joinedup.pth').write_text('$(CURDIR)\\n')"
	@printf '#!%s\nimport sys\nfrom joinedup.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/joinedup && chmod +x $(BIN)/joinedup
	@touch $@ $(VENV)/runtime.stamp

# Chromium for the browser tests: the machine's own; else Debian's when we may install; else Playwright's.
browser: $(VENV)/development.stamp
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium …"; apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else $(RUN) -m playwright install chromium; fi

# hledger reads our exported journals to the same balances: an outside proof of the ledger.
hledger:
	@command -v hledger >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing hledger …"; apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq hledger >/dev/null; \
	else echo "hledger is missing: install your system's package of that name, then run make test again."; exit 1; fi

requirements: $(VENV)/bin/uv
	@for list in installer runtime development node; do $(BIN)/uv pip compile --quiet --generate-hashes \
		--no-header --python-version 3.11 requirements/$$list.in -o requirements/$$list.txt; done

clean:
	@-JOINEDUP_MODE=demo $(RUN) -m joinedup database stop; JOINEDUP_MODE=test $(RUN) -m joinedup database stop
	@rm -rf var $(VENV)
