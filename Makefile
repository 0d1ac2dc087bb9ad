# The commands of this repository. `make` alone lists them.

.PHONY: help demo test bench lint web tools

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

demo: web ## a running installation with a small worked example and a sign-in link for each role
	cargo run --locked --package vouchsafe -- demo

test: web ## every test: Rust on SQLite and PostgreSQL, the web app, and pages in a browser
	scripts/test

bench: web ## speed and memory, with sizes; on an idle machine
	scripts/bench

lint: web tools ## formatting, lints, house rules, spelling, licences and advisories
	scripts/lint

web: $(if $(wildcard web/package.json),web/dist/index.html) ## the web app, which the binary embeds

web_sources := $(shell git ls-files -co --exclude-standard -- web ':!web/package-lock.json' 2>/dev/null)

web/dist/index.html: web/node_modules/.package-lock.json $(wildcard $(web_sources))
	npm --prefix web run build
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@

tools: ## the checkers that come as ready-made wheels, under target/tools
	@scripts/tools
