# SPDX-License-Identifier: Apache-2.0
# hora: build, check, install. GNU make; see README.md.
#
#   make [DISTRO=debian|ubuntu|rhel|fedora|sles] [SANITIZE=1] [CC=clang] [BUILD=dir]
#   make check | check-unit | check-sim | check-preload | check-style | check-integration | check-system | check-vm
#   make check-packages | check-vm | check-chroots [SUITES='bullseye trixie']
#   make accuracy [ARGS='--table special --seeds 10']
#   make demo
#   make install DESTDIR= [FORCE=1] | uninstall
#   make dist | deb | srpm | rpm DISTRO=rhel8|rhel9|rhel10|fedora|sles15
#   make show-config DISTRO=rhel	# every value that differs, a line each

VERSION := 0.1.0
BUILD ?= build

# --- distribution: every path, user and name that differs -------------------
ifeq ($(origin DISTRO),undefined)
DISTRO := $(shell . /etc/os-release 2>/dev/null; for id in $$ID $$ID_LIKE debian; do \
	case $$id in (debian|ubuntu|rhel|fedora|sles) echo $$id; break;; \
	(centos|rocky|almalinux) echo rhel; break;; (suse|opensuse*) echo sles; break;; esac; done)
endif
# Packages are of a release: rhel9, sles15.
RELEASE := $(DISTRO)
override DISTRO := $(shell echo '$(DISTRO)' | tr -d 0-9)
ifeq ($(wildcard src/distro/$(DISTRO).mk),)
$(error unknown DISTRO '$(RELEASE)': one of $(patsubst src/distro/%.mk,%,$(wildcard src/distro/*.mk)))
endif
include src/distro/$(DISTRO).mk
# What they have alike (reference: configuration.md section 4).
RUN_DIR := /run/chrony
PID_FILE := $(RUN_DIR)/chronyd.pid
COMMAND_SOCKET := $(RUN_DIR)/chronyd.sock
SBINDIR := /usr/sbin
BINDIR := /usr/bin
LIBEXECDIR := /usr/libexec/hora
MANDIR := /usr/share/man
BASHDIR := /usr/share/bash-completion/completions
FISHDIR := /usr/share/fish/vendor_completions.d
SENDMAIL := /usr/sbin/sendmail
# Those that the programs are told.
DISTRO_SETTINGS := CONFIG_FILE USER RUN_DIR PID_FILE COMMAND_SOCKET LIBEXECDIR SENDMAIL

comma := ,
# --- compiler ---------------------------------------------------------------
CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
# Does the compiler take these flags? Empty when not.
cc-option = $(shell echo 'int main(void){return 0;}' | \
	$(CC) -Werror $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
HARDEN := -fPIE -fstack-protector-strong $(call cc-option,-fstack-clash-protection) \
	$(call cc-option,-fcf-protection)
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
# Each program has the parser and its tables: relocations of one bit each, where
# linker and C library know them, and no tables for unwinding, which nothing does.
SMALL := $(call cc-option,-fno-asynchronous-unwind-tables)
SMALL_LD := $(call cc-option,-Wl$(comma)-z$(comma)pack-relative-relocs)
# Rooms in which nobody waits for a packet (the engine has some a second), and those that
# spend a packet's time in gnutls or in a few lines.
OPT_SIZE = $(if $(findstring -O2,$(OPT) $(CFLAGS)),-Os)
SLOW_ROOMS := base conf ctl ipc nts sandbox start sync wire horad horac hora-clock hora-engine hora-ke-server hora-ke-client
ifeq ($(SANITIZE),1)
override BUILD := $(BUILD)/sanitize
OPT := -O1 -g -DHORA_UNCONFINED=1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_LD += -fsanitize=address,undefined
else
OPT ?= -O2 -g -D_FORTIFY_SOURCE=2
endif
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

CPPFLAGS_ALL := -D_GNU_SOURCE -Isrc -I$(BUILD)/gen $(CPPFLAGS)
CFLAGS_ALL := -std=gnu11 $(WARN) $(HARDEN) $(SMALL) $(OPT) -ffunction-sections -fdata-sections \
	-fno-common $(if $(WERROR),-Werror) $(CFLAGS)
LDFLAGS_ALL := $(HARDEN_LD) $(SMALL_LD) -Wl,--gc-sections -Wl,--as-needed $(LDFLAGS)
LIBS := $(shell $(PKG_CONFIG) --libs gnutls libcap-ng libseccomp jansson 2>/dev/null) -lm -lpthread
LIBS_horac := $(shell $(PKG_CONFIG) --libs libedit 2>/dev/null)
LIBS_TEST := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

# One short line a step; V=1 shows the commands, -s shows nothing.
ifneq ($(V),1)
quiet = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,printf '  %-4s%s\n' $(1) $@;)
endif

# --- rooms and programs ----------------------------------------------------
ROOMS := base wire sync nts ntp conf ctl os ipc sandbox start
ROLES := hora-clock hora-engine hora-serve hora-ke-server hora-ke-client
PROGRAMS := horad $(ROLES) hora-single horac man
OUT_horad := $(BUILD)/sbin/horad
OUT_horac := $(BUILD)/bin/horac
OUT_hora-single := $(BUILD)/hora-single
OUT_man := $(BUILD)/tools/man
$(foreach r,$(ROLES),$(eval OUT_$(r) := $(BUILD)/libexec/hora/$(r)))
BINARIES := $(foreach p,$(PROGRAMS),$(if $(wildcard src/$(p)/main.c),$(OUT_$(p))))

objects = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(filter-out %/main.c,$(wildcard src/$(1)/*.c)))
ARCHIVES := $(foreach d,$(ROOMS) $(ROLES) horad horac man,$(if $(call objects,$(d)),$(BUILD)/obj/$(d).a))

# Manual pages and completion, from what the programs know (src/man/page.h); the
# other name of each page is a link.
PAGES := man1/horac.1 man5/hora.conf.5 man8/horad.8
PAGE_LINKS := man1/chronyc.1=horac.1 man5/chrony.conf.5=hora.conf.5 man8/chronyd.8=horad.8
COMPLETED := horad horac
COMPLETIONS := $(foreach p,$(COMPLETED),$(p).bash $(p).zsh $(p).fish)
SHARED := $(addprefix $(BUILD)/share/man/,$(PAGES)) $(addprefix $(BUILD)/share/completion/,$(COMPLETIONS))

all: $(ARCHIVES) $(BINARIES) $(SHARED)
include integration/install.mk
include selinux/selinux.mk
all: integration

# Flags are part of the input: another compiler or option rebuilds.
FLAGS_LINE := $(filter-out -Werror,$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(SLOW_ROOMS) $(VERSION) $(DISTRO))
$(BUILD)/obj/flags: force
	@mkdir -p $(@D)
	@echo '$(FLAGS_LINE)' | cmp -s - $@ || echo '$(FLAGS_LINE)' >$@
force:

# The build date is the last commit's (or SOURCE_DATE_EPOCH); it is kept out of
# the flags so that a commit does not rebuild everything: only base/time.c has it.
$(BUILD)/gen/build_config.h: Makefile $(wildcard src/distro/*.mk) $(BUILD)/obj/flags
	@mkdir -p $(@D)
	@{ echo '/* made by the Makefile from src/distro/$(DISTRO).mk */'; \
	$(foreach v,$(DISTRO_SETTINGS),echo '#define HORA_$(v) "$($(v))"';) \
	echo '#define HORA_VERSION "$(VERSION)"'; } >$@.new; \
	cmp -s $@.new $@ && rm $@.new || mv $@.new $@; touch $@

$(BUILD)/obj/%.o: src/%.c $(BUILD)/obj/flags | $(BUILD)/gen/build_config.h
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(if $(filter src/base/time.c,$<),-DHORA_BUILD_DATE=$(SOURCE_DATE_EPOCH)) $(if $(filter $(addsuffix /%,$(addprefix src/,$(SLOW_ROOMS))),$<),$(OPT_SIZE)) -MMD -MP -c -o $@ $<

define archive-rule
$(BUILD)/obj/$(1).a: $(call objects,$(1))
	@rm -f $$@
	$$(call quiet,AR)$(AR) rcs $$@ $$^
endef
$(foreach d,$(ROOMS) $(ROLES) horad horac man,$(eval $(call archive-rule,$(d))))

# Every program is its main.c and whatever it pulls out of the archives.
define program-rule
$(OUT_$(1)): $(BUILD)/obj/$(1)/main.o $(ARCHIVES)
	@mkdir -p $$(@D)
	$$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $$@ $$< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS_$(1)) $(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program-rule,$(p))))

define from-template
	@mkdir -p $(@D)
	$(call quiet,MAN)$(OUT_man) <$< >$@.new || { rm -f $@.new; echo "$<: not written" >&2; exit 1; }
	@mv $@.new $@
endef
$(BUILD)/share/man/man1/%: src/man/%.in $(OUT_man)
	$(from-template)
$(BUILD)/share/man/man5/%: src/man/%.in $(OUT_man)
	$(from-template)
$(BUILD)/share/man/man8/%: src/man/%.in $(OUT_man)
	$(from-template)
$(BUILD)/share/completion/%: src/man/%.in $(OUT_man)
	$(from-template)

# --- tests ------------------------------------------------------------------
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*/test_*.c))
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS_horac) $(LIBS_TEST) $(LIBS)
# (cmocka 2 calls assertions of cmocka 1 deprecated.)
$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/obj/flags | $(BUILD)/gen/build_config.h
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS_ALL) -Itests $(CFLAGS_ALL) -Wno-deprecated-declarations -MMD -MP -c -o $@ $<

SIM_OBJECTS := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/sim/*.c))
$(BUILD)/tests/sim/sim: $(SIM_OBJECTS) $(ARCHIVES)
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(SIM_OBJECTS) -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)

# What is loaded before the C library (tests/preload): no program's flags fit.
SHIM := $(BUILD)/tests/preload/shim.so
SHIM_SOURCES := $(wildcard tests/preload/*.c) $(addprefix tests/sim/,kernel.c tally.c way.c) src/base/time.c
$(SHIM): $(SHIM_SOURCES) $(wildcard tests/preload/*.h tests/sim/*.h) $(BUILD)/obj/flags
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CPPFLAGS_ALL) -U_FORTIFY_SOURCE -Itests -std=gnu11 $(WARN) $(if $(WERROR),-Werror) -DHORA_BUILD_DATE=0 -O2 -g -fPIC -shared -Wl,-z,defs -o $@ $(SHIM_SOURCES) -lm -ldl

# Tries to leave the sandbox of each role; a role that breaks its filter.
ESCAPES := $(addprefix $(BUILD)/tests/escape/,escape breaker)
OBJECTS_escape := $(addprefix $(BUILD)/obj/tests/escape/,main.o attempts.o)
OBJECTS_breaker := $(BUILD)/obj/tests/escape/breaker.o
.SECONDEXPANSION:
$(BUILD)/tests/escape/%: $$(OBJECTS_%) $(ARCHIVES)
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(OBJECTS_$*) -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)

# Keeps other daemons from the clock.
KEEPER := $(BUILD)/tests/system/keep_clock.so
$(KEEPER): tests/system/keep_clock.c $(BUILD)/obj/flags
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) -std=gnu11 $(WARN) $(if $(WERROR),-Werror) -O2 -fPIC -shared -Wl,-z,defs -o $@ $<

# Plays programs that have been taken over, against the real others.
HOSTILES := $(addprefix $(BUILD)/tests/hostile/,clock engine shim.so)
$(BUILD)/tests/hostile/shim.so: tests/hostile/shim.c tests/hostile/machine.h $(BUILD)/obj/flags
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CPPFLAGS_ALL) -U_FORTIFY_SOURCE -Itests -std=gnu11 $(WARN) $(if $(WERROR),-Werror) -O2 -g -fPIC -shared -Wl,-z,defs -o $@ $< -lm -ldl
$(BUILD)/tests/hostile/%: $(BUILD)/obj/tests/hostile/%.o $(BUILD)/obj/tests/hostile/frames.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)

tests-build: $(UNIT_TESTS) $(ESCAPES) $(HOSTILES) $(KEEPER) $(if $(SIM_OBJECTS),$(BUILD)/tests/sim/sim) $(SHIM)

# `check` and `demo` do everything from a bare Debian machine on: what has just
# been installed is seen by the make that they start.
GROUPS := unit sim preload style build integration system
check:
	@tests/install-packages build check
	$(MAKE) all tests-build
	BUILD=$(BUILD) tests/run $(GROUPS)
$(addprefix check-,$(GROUPS)): all tests-build
	BUILD=$(BUILD) tests/run $(@:check-%=%)
# hora's time error beside chrony's (tests/sim/accuracy.h): make accuracy ARGS='--table 64'
accuracy: $(BUILD)/tests/sim/sim
	$< --accuracy $(ARGS)
# Other releases of Debian: make check-chroots SUITES='bullseye forky'
check-chroots:
	@tests/install-packages chroots
	tests/chroots/run $(SUITES)
check-vm:
	@tests/install-packages build vm packages
	$(MAKE) all $(ESCAPES)
	BUILD=$(BUILD) tests/run vm
	tests/vm/stamp --write
# The packages of the last commit, installed and judged (tests/packages/run).
check-packages:
	@tests/install-packages build packages
	BUILD=$(BUILD) tests/run packages
demo:
	@tests/install-packages build demo
	$(MAKE) all
	BUILD=$(BUILD) tests/demo

# make fuzz: one program a parser; run build/fuzz/tests/fuzz/fuzz_X CORPUS
FUZZ_TARGETS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OPT := -O2 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fsanitize-coverage-ignorelist=$(CURDIR)/tests/fuzz/uncovered.txt
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -fsanitize=fuzzer,address,undefined -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(LIBS)
fuzz:
	$(MAKE) BUILD=$(BUILD)/fuzz CC=$(if $(filter default,$(origin CC)),clang,$(CC)) OPT='$(FUZZ_OPT)' fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)

# --- installation ------------------------------------------------------------
# Where another time daemon is installed, nothing is replaced without FORCE=1
# (integration/others). Other names of what is installed: PATH=TARGET.
OTHER_NAMES := $(CHRONY_LINKS) $(BASHDIR)/chronyd=horad $(BASHDIR)/chronyc=horac $(FISHDIR)/chronyd.fish=horad.fish \
	$(FISHDIR)/chronyc.fish=horac.fish $(addprefix $(MANDIR)/,$(PAGE_LINKS))
install: all install-check install-integration
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR)
	install -m 755 $(OUT_horad) $(DESTDIR)$(SBINDIR)/horad
	install -m 755 $(OUT_horac) $(DESTDIR)$(BINDIR)/horac
	install -m 755 $(foreach r,$(ROLES),$(OUT_$(r))) $(DESTDIR)$(LIBEXECDIR)
	install -d $(addprefix $(DESTDIR),$(addprefix $(MANDIR)/,$(sort $(dir $(PAGES)))) $(BASHDIR) $(FISHDIR) $(ZSHDIR))
	$(foreach p,$(PAGES),install -m 644 $(BUILD)/share/man/$(p) $(DESTDIR)$(MANDIR)/$(p) &&) true
	$(foreach p,$(COMPLETED),install -m 644 $(BUILD)/share/completion/$(p).bash $(DESTDIR)$(BASHDIR)/$(p) && \
		install -m 644 $(BUILD)/share/completion/$(p).zsh $(DESTDIR)$(ZSHDIR)/_$(p) && \
		install -m 644 $(BUILD)/share/completion/$(p).fish $(DESTDIR)$(FISHDIR)/$(p).fish &&) true
	@for link in $(OTHER_NAMES); do \
		path=$(DESTDIR)$${link%=*}; \
		if [ "$(FORCE)" != 1 ] && [ -e "$$path" ] && [ ! -L "$$path" ]; then echo "left alone: $$path"; \
		else ln -sfT "$${link#*=}" "$$path"; fi; done

uninstall: uninstall-integration
	rm -f $(DESTDIR)$(SBINDIR)/horad $(DESTDIR)$(BINDIR)/horac $(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(ROLES)) \
		$(addprefix $(DESTDIR)$(MANDIR)/,$(PAGES)) $(foreach p,$(COMPLETED),$(DESTDIR)$(BASHDIR)/$(p) \
		$(DESTDIR)$(ZSHDIR)/_$(p) $(DESTDIR)$(FISHDIR)/$(p).fish)
	@for link in $(OTHER_NAMES); do \
		path=$(DESTDIR)$${link%=*}; \
		if [ "$$(readlink "$$path")" = "$${link#*=}" ]; then rm -f "$$path"; fi; done

include packaging/packages.mk

clean:
	rm -rf $(BUILD)

.PHONY: all force tests-build check $(addprefix check-,$(GROUPS)) check-packages check-vm check-chroots accuracy demo clean install uninstall fuzz fuzz-targets
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
