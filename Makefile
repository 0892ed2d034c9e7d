# Sekisho. `make run` and `make check` are all a newcomer needs; see README.md.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

BUILD ?= build
VAR ?= var
PREFIX ?= /usr
FUZZ_SECONDS ?= 20
export VAR BUILD
VERSION = 0.1.0

CC = gcc
WARN = -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
WERROR ?= -Werror
HARDEN = -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2
OPT ?= -O2 -g
PKGS = libarchive gmime-3.0 jansson libzstd libcrypto libssl libpq libpsl libseccomp libidn2 libmaxminddb icu-uc icu-i18n libcurl libpng libjpeg zbar yara libpcre2-8 libhs liboath libqrencode libfido2
CPPFLAGS = -D_GNU_SOURCE -Isrc -I$(BUILD)/gen $(PKG_CFLAGS)
CFLAGS = -std=gnu17 -fPIC $(OPT) $(WARN) $(HARDEN) $(SAN)
LDFLAGS = -Wl,--as-needed -Wl,-z,relro,-z,now,-z,noexecstack -pie $(SAN)
LIBS = $(PKG_LIBS) -lunbound -lscrypt -lz -lpthread -lm

# pkg-config may have to be installed first. Make remakes included files before anything else, so
# this one brings the build packages and remembers the flags.
ifneq ($(if $(MAKECMDGOALS),$(filter-out clean stop status fmt,$(MAKECMDGOALS)),all),)
include $(BUILD)/flags.mk
endif
$(BUILD)/flags.mk: conf/packages/build.txt
	@src/tools/packages build
	@mkdir -p $(@D)
	@pkg-config --exists --print-errors $(PKGS)
	@{ echo "PKG_CFLAGS := $$(pkg-config --cflags $(PKGS))"; \
	   echo "PKG_LIBS := $$(pkg-config --libs $(PKGS))"; } >$@

common_src := $(wildcard src/common/*.c)
store_src  := $(filter-out %/db_sync.c %/db_coro.c,$(wildcard src/store/*.c))
rpc_src    := $(filter-out %/rpc_sync.c %/rpc_coro.c,$(wildcard src/rpc/*.c))
engine_src := $(filter-out %/engine_main.c,$(wildcard src/engine/*.c src/engine/*/*.c))
cli_src    := $(wildcard src/cli/*.c)
console_src:= $(wildcard src/console/*.c src/console/*/*.c src/store/db_coro.c src/rpc/rpc_coro.c)
sync_src   := $(wildcard src/store/db_sync.c src/rpc/rpc_sync.c)
templates  := $(wildcard templates/*.html.t)
queries    := $(wildcard sql/queries/*.sql)
po         := $(wildcard i18n/*.po)
assets     := $(shell find assets -name node_modules -prune -o -type f -print)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
lib = $(BUILD)/lib/lib$(1).a
say = @printf '  %-7s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@);

.PHONY: all
all: $(BUILD)/bin/sekisho-engine $(BUILD)/bin/sekisho $(BUILD)/console.so

$(BUILD)/obj/%.o: %.c
	$(call say,CC) mkdir -p $(@D); \
	$(CC) $(CPPFLAGS) $(CPPFLAGS_$(word 2,$(subst /, ,$<))) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	$(call say,CC) mkdir -p $(@D); \
	$(CC) $(CPPFLAGS) $(CPPFLAGS_console) -Isrc/console $(CFLAGS) -MMD -MP -c -o $@ $<
-include $(shell test -d $(BUILD)/obj && find $(BUILD)/obj -name '*.d')

# Kore's structs depend on these two (kore-and-libraries: layout of struct http_request).
CPPFLAGS_console = -DKORE_USE_PGSQL -DKORE_USE_TASKS -DSEKISHO_VERSION='"$(VERSION)"'
$(call obj,src/store/db_coro.c src/rpc/rpc_coro.c): CPPFLAGS += $(CPPFLAGS_console)

# The statistics must come out the same on every machine: no fused multiply-add.
$(call obj,$(wildcard src/engine/stats/*.c)): CFLAGS += -ffp-contract=off

# Build-time tools
$(BUILD)/tools/assetc: TOOL_LIBS = -lsass -lcrypto
$(BUILD)/tools/%: src/tools/%.c
	$(call say,CC) mkdir -p $(@D); \
	$(CC) -D_GNU_SOURCE -std=gnu17 -O1 -g $(WARN) -o $@ $< -lz $(TOOL_LIBS)

# Named statements -> stmt.h, stmt.c
$(BUILD)/gen/stmt.h $(BUILD)/gen/stmt.c &: $(queries) $(BUILD)/tools/sqlc
	$(call say,SQLC) mkdir -p $(BUILD)/gen; \
	$(BUILD)/tools/sqlc $(BUILD)/gen/stmt.h $(BUILD)/gen/stmt.c $(queries)
$(call obj,$(store_src) $(sync_src) $(engine_src) src/engine/engine_main.c $(cli_src) $(console_src)): | $(BUILD)/gen/stmt.h
$(call obj,$(console_src)): | $(BUILD)/gen/templates.h

# Templates -> C
gen_templates := $(patsubst templates/%.html.t,$(BUILD)/gen/t_%.c,$(templates))
$(BUILD)/gen/t_%.c: templates/%.html.t $(BUILD)/tools/tmplc
	$(call say,TMPLC) mkdir -p $(@D); $(BUILD)/tools/tmplc c $< $@
$(BUILD)/gen/templates.h: $(templates) $(BUILD)/tools/tmplc
	$(call say,TMPLC) mkdir -p $(@D); $(BUILD)/tools/tmplc h $@ $(templates)
gen_template_obj := $(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen/%.o,$(gen_templates))
$(gen_template_obj): | $(BUILD)/gen/templates.h $(BUILD)/gen/stmt.h

# Style sheet, scripts, icons and pictures -> one C file with their bytes; the catalogues -> another
mo := $(patsubst i18n/%.po,$(BUILD)/gen/mo/%.mo,$(po))
$(BUILD)/gen/mo/%.mo: i18n/%.po
	$(call say,MSGFMT) mkdir -p $(@D); msgfmt --check-format -o $@ $<
$(BUILD)/gen/assets.c: $(assets) assets/node_modules/.stamp $(BUILD)/tools/assetc
	$(call say,ASSETC) mkdir -p $(@D); $(BUILD)/tools/assetc assets $@ assets
$(BUILD)/gen/catalogs.c: $(mo) $(BUILD)/tools/assetc
	$(call say,ASSETC) mkdir -p $(@D) $(BUILD)/gen/mo; $(BUILD)/tools/assetc catalogs $@ $(BUILD)/gen/mo

%/node_modules/.stamp: %/package.json %/package-lock.json
	$(call say,NPM) cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null \
	  || { echo "sekisho: npm ci failed in $*: check the network, then run make again" >&2; exit 1; }
	@touch $@

$(call lib,common): $(call obj,$(common_src)) $(BUILD)/obj/gen/catalogs.o
$(call lib,store): $(call obj,$(store_src)) $(BUILD)/obj/gen/stmt.o
$(call lib,rpc): $(call obj,$(rpc_src))
$(call lib,sync): $(call obj,$(sync_src))
$(call lib,engine): $(call obj,$(engine_src))
# Console code that knows nothing of Kore: unit tests link it.
console_pure := $(if $(console_src),$(shell grep -L '<kore/' $(filter src/console/%,$(console_src))))
$(call lib,console): $(call obj,$(console_pure)) $(gen_template_obj) $(BUILD)/obj/gen/assets.o
$(BUILD)/lib/%.a:
	$(call say,AR) mkdir -p $(@D); rm -f $@; ar rcs $@ $^

libs_core = $(call lib,engine) $(call lib,store) $(call lib,rpc) $(call lib,sync) $(call lib,common)
group = -Wl,--start-group $(1) -Wl,--end-group

$(BUILD)/bin/sekisho-engine: $(call obj,src/engine/engine_main.c) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
$(BUILD)/bin/sekisho: $(call obj,$(cli_src)) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
# A module that Kore loads: kore_* and friends stay undefined.
$(BUILD)/console.so: $(call obj,$(console_src)) $(gen_template_obj) $(BUILD)/obj/gen/assets.o \
                     $(call lib,store) $(call lib,rpc) $(call lib,common)
	$(call say,LINK) mkdir -p $(@D); \
	$(CC) -shared -Wl,-z,relro,-z,now,-z,noexecstack $(SAN) -o $@ $(call group,$^) $(PKG_LIBS) -lz -lpthread -lm

# For tests: the same programs with one more language, en-XA (src/tools/pseudo).
pseudo := $(addprefix $(BUILD)/pseudo/,bin/sekisho-engine bin/sekisho console.so)
$(BUILD)/pseudo/gen/mo/en-XA.mo: $(gen_templates) $(mo) src/tools/msgids src/tools/pseudo
	$(call say,MSGFMT) mkdir -p $(@D); cp $(mo) $(@D); BUILD=$(BUILD) node src/tools/msgids portal $(BUILD)/pseudo/portal.pot; \
	  node src/tools/pseudo $(BUILD)/pseudo/portal.pot $(BUILD)/pseudo/en-XA.po; msgfmt --check-format -o $@ $(BUILD)/pseudo/en-XA.po
$(BUILD)/pseudo/catalogs.c: $(BUILD)/pseudo/gen/mo/en-XA.mo $(BUILD)/tools/assetc
	$(call say,ASSETC) $(BUILD)/tools/assetc catalogs $@ $(<D)
$(BUILD)/pseudo/catalogs.o: $(BUILD)/pseudo/catalogs.c
	$(call say,CC) $(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
# Named before the library, it takes the place of the library's.
$(BUILD)/pseudo/bin/sekisho-engine: $(BUILD)/pseudo/catalogs.o $(call obj,src/engine/engine_main.c) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
$(BUILD)/pseudo/bin/sekisho: $(BUILD)/pseudo/catalogs.o $(call obj,$(cli_src)) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
$(BUILD)/pseudo/console.so: $(BUILD)/pseudo/catalogs.o $(call obj,$(console_src)) $(gen_template_obj) $(BUILD)/obj/gen/assets.o \
                            $(call lib,store) $(call lib,rpc) $(call lib,common)
	$(call say,LINK) mkdir -p $(@D); \
	$(CC) -shared -Wl,-z,relro,-z,now,-z,noexecstack $(SAN) -o $@ $(call group,$^) $(PKG_LIBS) -lz -lpthread -lm
.PHONY: pseudo
pseudo: $(pseudo)

# ------------------------------------------------------------------ running

jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
.PHONY: run start stop status demo
run start demo:
	@src/tools/packages run build
	@$(MAKE) --no-print-directory $(jobs) all $(if $(filter demo,$@),tests/demo/node_modules/.stamp)
	@src/tools/stack $@
stop status:
	@src/tools/stack $@

# ------------------------------------------------------------------ tests

ASAN = BUILD=$(BUILD)-asan OPT='-O1 -g -fno-omit-frame-pointer' HARDEN= \
       SAN='-fsanitize=address,undefined -fno-sanitize-recover=all'
FUZZ = BUILD=$(BUILD)-fuzz OPT='-O1 -g -fno-omit-frame-pointer' HARDEN= CC=clang-14 WERROR= \
       SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'

test_dirs := unit corpus rpc db web e2e
test_src  := $(foreach d,$(test_dirs),$(wildcard tests/$(d)/test_*.c))
test_bin  := $(patsubst tests/%.c,$(BUILD)/tests/%,$(test_src))
fuzz_src  := $(wildcard tests/fuzz/fuzz_*.c)
replay_bin:= $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(fuzz_src))
live_bin  := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/live/%,$(fuzz_src))

$(call obj,$(test_src) $(fuzz_src)): CPPFLAGS += $(CPPFLAGS_console) -Isrc/console
$(call obj,$(test_src) $(fuzz_src)): | $(BUILD)/gen/stmt.h $(BUILD)/gen/templates.h
test_libs = $(call lib,console) $(libs_core)
$(test_bin): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(test_libs)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) -lcmocka $(LIBS)
$(replay_bin): $(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(call obj,tests/fuzz/replay.c) $(test_libs)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
$(live_bin): $(BUILD)/tests/live/%: $(BUILD)/obj/tests/fuzz/%.o $(test_libs)
	$(call say,LINK) mkdir -p $(@D); \
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(call group,$^) $(LIBS)

.PHONY: bench-accuracy model
.PHONY: check check-asan check-build tests replays lives lint fmt fuzz bench bench-scan bench-scaling bench-memory bench-list
tests: $(test_bin)
replays: $(replay_bin)
lives: $(live_bin)
check-build:
	@src/tools/packages run build test
	@$(MAKE) --no-print-directory $(jobs) all pseudo tests tests/web/node_modules/.stamp tests/demo/node_modules/.stamp
	@$(MAKE) --no-print-directory $(jobs) $(ASAN) tests replays
check: check-build
	@tests/run.sh
check-asan:
	@src/tools/packages build test
	@$(MAKE) --no-print-directory $(jobs) $(ASAN) tests replays
	@tests/run.sh asan fuzz

c_files = $(shell find src tests -name '*.[ch]' -not -path '*/node_modules/*')
sh_files = src/tools/packages src/tools/stack src/tools/model $(wildcard src/tools/stack.d/*.sh tests/*.sh tests/*/*.sh) .ci/run
lint:
	@src/tools/packages build test
	@tests/unit/layers.sh
	@shellcheck -x $(sh_files)
	@cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
	  --suppress=missingIncludeSystem --suppress=varFuncNullUB --suppressions-list=tests/unit/cppcheck.txt \
	  --include=tests/unit/cppcheck.h -D_GNU_SOURCE -Isrc src
	@echo "lint: no findings"
fmt:
	@src/tools/packages test
	@clang-format -i $(c_files)

# A short live run of every target; FUZZ_SECONDS each. New inputs that matter are copied by hand
# from $(BUILD)-fuzz/corpus to tests/fuzz/regression.
fuzz:
	@src/tools/packages build test
	@$(MAKE) --no-print-directory $(jobs) $(FUZZ) lives
	@tests/fuzz/live.sh $(BUILD)-fuzz $(FUZZ_SECONDS)
bench:
	@src/tools/packages run build bench
	@$(MAKE) --no-print-directory $(jobs) all tests/demo/node_modules/.stamp
	@tests/bench/bench.sh
	@tests/bench/list.sh
bench-scan:
	@src/tools/packages run build bench
	@$(MAKE) --no-print-directory $(jobs) all tests/demo/node_modules/.stamp
	@tests/bench/scan.sh
# P8; its database alone.
bench-list:
	@src/tools/packages run build bench
	@tests/bench/list.sh
# sqlmap and wapiti over every route of the portal.
.PHONY: audit-web
audit-web:
	@src/tools/packages run build test audit
	@$(MAKE) --no-print-directory $(jobs) all
	@tests/audit/web.sh
bench-memory:
	@src/tools/packages run build bench
	@$(MAKE) --no-print-directory $(jobs) all tests/demo/node_modules/.stamp
	@tests/bench/memory.sh
$(BUILD)/tests/bench/scaling: $(call obj,tests/bench/scaling.c) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
bench-scaling: $(BUILD)/tests/bench/scaling
	@$<
$(BUILD)/tests/bench/rules: $(call obj,tests/bench/rules.c) $(libs_core)
	$(call say,LINK) mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)

bench-accuracy:
	@src/tools/packages run build bench
	@$(MAKE) --no-print-directory $(jobs) all
	@tests/bench/accuracy.sh
# The model of the statistics that is in the tree, again from the packs of mail: the same bytes.
model:
	@$(MAKE) --no-print-directory $(jobs) all
	@src/tools/model conf/model/statistics.model

# The whole of test_rules_parity: 3,000 mails beside SpamAssassin; its CPU time is shown when it was asked anew.
.PHONY: bench-rules
bench-rules:
	@src/tools/packages run build test
	@$(MAKE) --no-print-directory $(jobs) $(BUILD)/tests/corpus/test_rules_parity
	@PARITY_MAILS=3000 $(BUILD)/tests/corpus/test_rules_parity

# ------------------------------------------------------------------ translations

.PHONY: po
po: $(gen_templates)
	@node src/tools/msgids all $(BUILD)/all.pot && node src/tools/msgids portal $(BUILD)/portal.pot
	@for f in $(po); do \
	  scope=all; grep -q '"X-Scope: portal' "$$f" && scope=portal; \
	  msgmerge --quiet --update --backup=none --no-wrap --sort-output \
	  --no-fuzzy-matching --add-location=file "$$f" $(BUILD)/$$scope.pot && sed -i '/^"POT-Creation-Date/d' "$$f" && printf '%s: ' "$$f" && \
	  msgfmt --statistics -o /dev/null "$$f"; done

# ------------------------------------------------------------------ installing

.PHONY: install deb clean
lib_dir = $(DESTDIR)$(PREFIX)/lib/sekisho
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(lib_dir)/build/bin $(lib_dir)/src/tools/stack.d \
	  $(lib_dir)/conf/postfix $(lib_dir)/conf/model $(lib_dir)/sql/migrations $(DESTDIR)/etc/sekisho \
	  $(DESTDIR)/lib/systemd/system $(DESTDIR)$(PREFIX)/share/doc/sekisho
	install -m 755 $(BUILD)/bin/sekisho-engine $(BUILD)/bin/sekisho $(lib_dir)/build/bin/
	install -m 644 $(BUILD)/console.so $(lib_dir)/build/
	install -m 755 src/tools/stack $(lib_dir)/src/tools/
	install -m 644 src/tools/stack.d/*.sh $(lib_dir)/src/tools/stack.d/
	install -m 644 conf/postfix/* $(lib_dir)/conf/postfix/
	install -m 644 conf/model/* $(lib_dir)/conf/model/
	install -m 644 $(wildcard conf/kore.conf.in) $(lib_dir)/conf/
	install -m 644 sql/migrations/*.sql $(lib_dir)/sql/migrations/
	install -m 644 $(wildcard sql/*.sql) $(lib_dir)/sql/
	install -m 640 conf/sekisho.conf $(DESTDIR)/etc/sekisho/sekisho.conf
	install -m 755 conf/systemd/sekisho.sh $(DESTDIR)$(PREFIX)/bin/sekisho
	install -m 644 conf/systemd/sekisho.service $(DESTDIR)/lib/systemd/system/
	install -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/sekisho/copyright

deb:
	@src/tools/packages build
	@$(MAKE) --no-print-directory $(jobs) all
	@rm -rf $(BUILD)/deb && $(MAKE) --no-print-directory -s install DESTDIR=$(BUILD)/deb PREFIX=/usr
	@src/tools/deb $(BUILD)/deb $(VERSION) $(BUILD)

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz
