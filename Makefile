# Sekisho. `make run` and `make check` are all a newcomer needs; see README.md.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

BUILD ?= build
VAR ?= var
export VAR BUILD

CC = gcc
WARN = -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Werror
HARDEN = -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2
OPT ?= -O2 -g
PKGS = gmime-3.0 jansson libzstd libcrypto libssl libpq libseccomp libidn2 icu-uc icu-i18n libcurl
CPPFLAGS = -D_GNU_SOURCE -Isrc -I$(BUILD)/gen $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS = -std=gnu17 -fPIC $(OPT) $(WARN) $(HARDEN) $(SAN)
LDFLAGS = -Wl,-z,relro,-z,now,-z,noexecstack -pie $(SAN)
LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lmilter -lscrypt -lz -lpthread -lm

common_src := $(wildcard src/common/*.c)
store_src  := $(filter-out %/db_sync.c %/db_coro.c,$(wildcard src/store/*.c))
rpc_src    := $(filter-out %/rpc_sync.c %/rpc_coro.c,$(wildcard src/rpc/*.c))
engine_src := $(filter-out %/engine_main.c,$(wildcard src/engine/*.c src/engine/*/*.c))
cli_src    := $(wildcard src/cli/*.c)
console_src:= $(wildcard src/console/*.c src/console/*/*.c) src/store/db_coro.c src/rpc/rpc_coro.c
sync_src   := src/store/db_sync.c src/rpc/rpc_sync.c
templates  := $(wildcard templates/*.html.t)
queries    := $(wildcard sql/queries/*.sql)
po         := $(wildcard i18n/*.po)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
lib = $(BUILD)/lib/lib$(1).a

.PHONY: all
all: $(BUILD)/bin/sekisho-engine $(BUILD)/bin/sekisho $(BUILD)/console.so

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CPPFLAGS_$(word 2,$(subst /, ,$<))) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CPPFLAGS_console) -Isrc/console $(CFLAGS) -MMD -MP -c -o $@ $<
-include $(shell test -d $(BUILD)/obj && find $(BUILD)/obj -name '*.d')

# Kore's structs depend on these two (kore-and-libraries: layout of struct http_request).
CPPFLAGS_console = -isystem /usr/include -DKORE_USE_PGSQL -DKORE_USE_TASKS

# Build-time tools
$(BUILD)/tools/%: src/tools/%.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu17 -O1 -g $(WARN) -o $@ $< -lz

# Named statements -> stmt.h, stmt.c
$(BUILD)/gen/stmt.h $(BUILD)/gen/stmt.c &: $(queries) $(BUILD)/tools/sqlc
	@mkdir -p $(BUILD)/gen
	$(BUILD)/tools/sqlc $(BUILD)/gen/stmt.h $(BUILD)/gen/stmt.c $(queries)
$(call obj,$(store_src) $(sync_src) $(engine_src) src/engine/engine_main.c $(cli_src) $(console_src)): | $(BUILD)/gen/stmt.h
$(call obj,$(console_src)): | $(BUILD)/gen/templates.h

# Templates -> C
gen_templates := $(patsubst templates/%.html.t,$(BUILD)/gen/t_%.c,$(templates))
$(BUILD)/gen/t_%.c: templates/%.html.t $(BUILD)/tools/tmplc
	@mkdir -p $(@D)
	$(BUILD)/tools/tmplc c $< $@
$(BUILD)/gen/templates.h: $(templates) $(BUILD)/tools/tmplc
	@mkdir -p $(@D)
	$(BUILD)/tools/tmplc h $@ $(templates)
$(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen/%.o,$(gen_templates)): | $(BUILD)/gen/templates.h $(BUILD)/gen/stmt.h

$(call lib,common): $(call obj,$(common_src))
$(call lib,store): $(call obj,$(store_src)) $(BUILD)/obj/gen/stmt.o
$(call lib,rpc): $(call obj,$(rpc_src))
$(call lib,sync): $(call obj,$(sync_src))
$(call lib,engine): $(call obj,$(engine_src))
$(BUILD)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

libs_core = $(call lib,engine) $(call lib,store) $(call lib,rpc) $(call lib,sync) $(call lib,common)
group = -Wl,--start-group $(1) -Wl,--end-group

$(BUILD)/bin/sekisho-engine: $(call obj,src/engine/engine_main.c) $(libs_core)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
$(BUILD)/bin/sekisho: $(call obj,$(cli_src)) $(libs_core)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(call group,$^) $(LIBS)
