# BasisNet: demo, test, check, bench and faults. Each does its own set-up; `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults mutants assets no-dist \
        check-format check-lints check-words check-api check-docs check-licences check-house \
        test-docs test-pages test-rust
MAKEFLAGS += --no-print-directory --no-builtin-rules

TARGET  := $(or $(CARGO_TARGET_DIR),target)
STAMPS  := $(TARGET)/stamps
TOOLS   := $(TARGET)/tools
# Cargo tells what it compiles to a person; to a file only what went wrong.
QUIET   := $(shell [ -t 2 ] || echo --quiet)
BINARY  := $(abspath $(TARGET))/debug/basisnet
GALLERY := $(abspath $(TARGET))/debug/examples/galerij
export PATH := $(abspath $(TOOLS))/bin:$(PATH)

TYPOS_VERSION := 1.52.0
CRYPTOGRAPHY_VERSION := 50.0.2
MUTANTS_VERSION := 27.1.0
say = @printf '%s\n' "$(1)"

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 22

# --- For people ---------------------------------------------------------------------------------------------

demo: assets ## five nodes on this machine tell their story; ARGS=--stop-na-afloop ends it
	@[ -x $(BINARY) ] || echo "Building the program; this takes some ten minutes, once."
	@cargo build $(QUIET) --locked --package basisnet-node --bin basisnet
	@exec $(BINARY) demo $(ARGS)

test: test-docs test-pages test-rust ## everything that must come out right

check: check-format check-words check-api check-lints check-docs check-licences check-house ## what every commit must pass
	$(call say,All checks passed.)

bench: assets ## what the README claims about speed, measured; minutes, in the release profile
	$(call say,Building with optimisation; the first time this takes some ten minutes.)
	@cargo build $(QUIET) --locked --release --package basisnet-node --bin basisnet
	@cargo run $(QUIET) --locked --release --package basisnet-tests --bin bench -- $(ARGS)

faults: assets $(STAMPS)/nextest ## kill -9 at 200 random moments per engine, 1,000 refusals of each kind, a million questions
	$(call say,Killing nodes 200 times per engine.)
	@BASISNET_KILLS=200 cargo nextest run --locked --package basisnet-node store::suite::crash
	@BASISNET_KILLS=200 cargo nextest run --locked --package basisnet-tests kill --no-tests=pass
	$(call say,Measuring eight thousand refusals; this takes some minutes.)
	@BASISNET_REFUSALS=1000 cargo nextest run --locked --package basisnet-tests the_four_refusals
	$(call say,Putting a million random questions to the rules and to their oracle; this takes some half an hour.)
	@BASISNET_QUESTIONS=1000000 cargo nextest run --locked --package basisnet-node --package basisnet-policy the_engine_and_the_oracle

# A mutant is a small change in the code; one that no test notices is a test that is missing. docs/mutanten.md has the rest.
mutants: $(STAMPS)/mutants ## small changes in the policy crate that no test notices; hours (ARGS="--file policy/src/decide.rs")
	$(call say,Changing the policy crate in some nine hundred ways and testing each.)
	@BASISNET_QUESTIONS=300 cargo mutants --package basisnet-policy --output $(TARGET) $(ARGS)

# --- Check --------------------------------------------------------------------------------------------------

check-format:
	$(call say,Check: formatting)
	@cargo fmt --all --check

check-lints: assets
	$(call say,Check: lints)
	@cargo clippy $(QUIET) --locked --workspace --all-targets -- -D warnings

check-words: $(STAMPS)/python
	$(call say,Check: spelling)
	@$(TOOLS)/python/bin/typos

# With ADR=file also against that rule set: the one that goes with the NL API Design Rules is not part of this project.
check-api: tests/openapi/node_modules/.package-lock.json
	$(call say,Check: the description of the API)
	@cd tests/openapi && npm --silent test && npm --silent run lint -- --ruleset rules.yaml $(abspath node/src/api/openapi.json)
	@$(if $(ADR),cd tests/openapi && npm --silent run lint -- --ruleset $(abspath $(ADR)) $(abspath node/src/api/openapi.json))

check-docs: assets
	$(call say,Check: documentation, private items included)
	@RUSTDOCFLAGS="-D warnings" cargo doc $(QUIET) --locked --workspace --no-deps --document-private-items

# cargo-deny takes minutes to install, so it is used where it is there, and installed only when asked for.
check-licences:
	@if [ -n "$(DENY)" ] && ! cargo deny --version >/dev/null 2>&1; then \
	   echo "Installing cargo-deny; this takes some minutes."; \
	   cargo install --quiet --locked cargo-deny --root $(TOOLS); \
	 fi; \
	 if ! cargo deny --version >/dev/null 2>&1; then \
	   echo "Skipped: licences and advisories (cargo-deny is not installed; make check DENY=1 installs it)"; \
	 elif [ -d "$${CARGO_HOME:-$$HOME/.cargo}/advisory-dbs" ] || [ -n "$(DENY)" ]; then \
	   echo "Check: licences, sources, bans and advisories"; cargo deny --log-level error --all-features check; \
	 else \
	   echo "Check: licences, sources and bans (no advisory database here; make check DENY=1 fetches it)"; \
	   cargo deny --log-level error --all-features check bans licenses sources; \
	 fi

check-house: assets
	$(call say,Check: who may know whom)
	@cargo test $(QUIET) --locked --package basisnet-tests --test house

# --- Test ---------------------------------------------------------------------------------------------------

test-docs: assets
	$(call say,Test: examples in the documentation)
	@cargo test $(QUIET) --locked --workspace --doc

# The demonstration runs underneath: five processes tell their story from beginning to end before the pages open.
test-pages: assets $(STAMPS)/chromium tests/browser/node_modules/.package-lock.json
	$(call say,Test: the demonstration and its pages in a real Chromium)
	@cargo build $(QUIET) --locked --package basisnet-node --bin basisnet
	@cargo build $(QUIET) --locked --workspace --example galerij
	@cd tests/browser && BASISNET=$(BINARY) GALERIJ=$(GALLERY) CHROMIUM=$$(command -v chromium) npm --silent test

# Last, because its closing line counts the tests. One story runs a js-libp2p peer, hence the packages of tests/js, and
# one the verifier in Python of tests/verifier.
test-rust: assets $(STAMPS)/nextest $(STAMPS)/python tests/js/node_modules/.package-lock.json
	$(call say,Test: units and properties and decisions and vectors and examples and stories)
	@cargo nextest run --locked --workspace --status-level fail --final-status-level fail --no-fail-fast --show-progress none

# --- Set-up: each step leaves something behind, so that the next time it costs nothing --------------------------

assets: $(STAMPS)/assets ## the style sheets and scripts of the pages

$(STAMPS)/assets: admin-ui/node_modules/.package-lock.json $(shell find admin-ui/assets -type f 2>/dev/null) $(if $(wildcard admin-ui/dist),,no-dist)
	$(call say,Building the style sheets and scripts of the pages)
	@mkdir -p $(STAMPS)
	@cd admin-ui && npm --silent run build
	@touch $@

no-dist:

# npm leaves this file behind when it has installed everything.
%/node_modules/.package-lock.json: %/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer with npm"; exit 1; }
	$(call say,Fetching the packages of $*)
	@cd $* && npm ci --silent --no-audit --no-fund
	@touch $@

$(STAMPS)/chromium:
	@mkdir -p $(STAMPS); \
	if ! command -v chromium >/dev/null; then \
	  [ "$$(id -u)" = 0 ] || { echo "chromium is missing: sudo apt-get install chromium"; exit 1; }; \
	  echo "Installing Chromium"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi; \
	touch $@

$(STAMPS)/nextest:
	@mkdir -p $(STAMPS); \
	if ! cargo nextest --version >/dev/null 2>&1; then \
	  echo "Installing cargo-nextest; this takes some minutes."; \
	  cargo install --quiet --locked cargo-nextest --root $(TOOLS); \
	fi; \
	touch $@

$(STAMPS)/mutants:
	@mkdir -p $(STAMPS); \
	if ! cargo mutants --version >/dev/null 2>&1; then \
	  echo "Installing cargo-mutants; this takes some minutes."; \
	  cargo install --quiet --locked cargo-mutants --version $(MUTANTS_VERSION) --root $(TOOLS); \
	fi; \
	touch $@

# Anew when the machine has another Python than the one that made it.
$(STAMPS)/python: $(shell command -v python3 2>/dev/null)
	@mkdir -p $(STAMPS) $(TOOLS); \
	if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then \
	  [ "$$(id -u)" = 0 ] || { echo "Python 3 with venv is missing: sudo apt-get install python3-venv"; exit 1; }; \
	  echo "Installing Python"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; \
	fi; \
	echo "Installing the Python packages typos and cryptography"; \
	python3 -m venv --clear $(TOOLS)/python && $(TOOLS)/python/bin/pip install --quiet --disable-pip-version-check \
	  typos==$(TYPOS_VERSION) cryptography==$(CRYPTOGRAPHY_VERSION); \
	touch $@
