# BasisNet: demo, test, check, bench and faults. Each does its own set-up; `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults assets \
        check-format check-lints check-words check-docs check-licences check-house \
        test-docs test-examples test-pages test-foreign-peer test-rust
MAKEFLAGS += --no-print-directory --no-builtin-rules

TARGET  := $(or $(CARGO_TARGET_DIR),target)
STAMPS  := $(TARGET)/stamps
TOOLS   := $(TARGET)/tools
# Cargo tells what it compiles to a person; to a file only what went wrong.
QUIET   := $(shell [ -t 2 ] || echo --quiet)
BINARY  := $(abspath $(TARGET))/debug/basisnet
export PATH := $(abspath $(TOOLS))/bin:$(PATH)

TYPOS_VERSION := 1.52.0
say = @printf '%s\n' "$(1)"

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 22

# --- For people ---------------------------------------------------------------------------------------------

demo: assets ## five nodes on this machine tell their story; ARGS=--stop-na-afloop ends it
	$(call say,Building the program; the first time this takes some ten minutes.)
	@cargo build $(QUIET) --locked --package basisnet-node --bin basisnet
	@exec $(BINARY) demo $(ARGS)

test: assets test-docs test-examples test-pages test-foreign-peer test-rust ## everything that must come out right

check: check-format check-words check-lints check-docs check-licences check-house ## what every commit must pass
	$(call say,All checks passed.)

bench: assets ## what the README claims about speed, measured; minutes, in the release profile
	$(call say,Building with optimisation; the first time this takes some ten minutes.)
	@cargo build $(QUIET) --locked --release --package basisnet-node --bin basisnet
	@cargo run $(QUIET) --locked --release --package basisnet-tests --bin bench -- $(ARGS)

faults: assets $(STAMPS)/nextest ## kill -9 at 200 random moments per engine, instead of 20
	$(call say,Killing nodes 200 times per engine.)
	@BASISNET_KILLS=200 cargo nextest run --locked --package basisnet-node store::suite::crash
	@BASISNET_KILLS=200 cargo nextest run --locked --package basisnet-tests kill --no-tests=pass

# --- Check --------------------------------------------------------------------------------------------------

check-format:
	$(call say,Check: formatting)
	@cargo fmt --all --check

check-lints: assets
	$(call say,Check: lints)
	@cargo clippy $(QUIET) --locked --workspace --all-targets -- -D warnings

check-words: $(STAMPS)/typos
	$(call say,Check: spelling)
	@$(TOOLS)/python/bin/typos

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
	@cargo test $(QUIET) --locked --package basisnet-tests --test house -- --quiet

# --- Test ---------------------------------------------------------------------------------------------------

test-docs: assets
	$(call say,Test: examples in the documentation)
	@cargo test $(QUIET) --locked --workspace --doc -- --quiet

test-examples: assets
	$(call say,Test: the examples print what they promise)
	@cargo test $(QUIET) --locked --package basisnet-examples -- --quiet

test-pages: assets $(STAMPS)/chromium $(STAMPS)/npm-tests-browser
	@if [ -f tests/browser/package.json ]; then \
	   echo "Test: the pages in a real Chromium"; \
	   cargo build $(QUIET) --locked --package basisnet-node --bin basisnet; \
	   BASISNET=$(BINARY) npm --prefix tests/browser --silent test; \
	 fi

# The story with js-libp2p is among the Rust tests; this installs what it needs.
test-foreign-peer: $(STAMPS)/npm-tests-js

# Last, because its closing line counts the tests.
test-rust: assets $(STAMPS)/nextest
	$(call say,Test: units, properties, decisions, vectors and stories)
	@cargo nextest run --locked --workspace --status-level fail --final-status-level fail --no-fail-fast --show-progress none

# --- Set-up: each step leaves a stamp, so that the next time it costs nothing -----------------------------------

assets: $(STAMPS)/assets ## the style sheets and scripts of the pages

$(STAMPS)/assets: $(STAMPS)/npm-admin-ui $(shell find admin-ui/assets -type f 2>/dev/null)
	@if [ -f admin-ui/package.json ]; then \
	   echo "Building the style sheets and scripts of the pages"; \
	   npm --prefix admin-ui --silent run build; \
	 fi
	@touch $@

$(STAMPS)/npm-admin-ui: $(wildcard admin-ui/package-lock.json)
	@$(call npm_ci,admin-ui)

$(STAMPS)/npm-tests-browser: $(wildcard tests/browser/package-lock.json)
	@$(call npm_ci,tests/browser)

$(STAMPS)/npm-tests-js: $(wildcard tests/js/package-lock.json)
	@$(call npm_ci,tests/js)

define npm_ci
	mkdir -p $(STAMPS); \
	if [ -f $(1)/package.json ]; then \
	  command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer with npm"; exit 1; }; \
	  echo "Fetching the packages of $(1)"; \
	  npm --prefix $(1) ci --silent --no-audit --no-fund; \
	fi; \
	touch $@
endef

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

$(STAMPS)/typos:
	@mkdir -p $(STAMPS) $(TOOLS); \
	echo "Installing typos"; \
	python3 -m venv $(TOOLS)/python && $(TOOLS)/python/bin/pip install --quiet --disable-pip-version-check typos==$(TYPOS_VERSION); \
	touch $@
