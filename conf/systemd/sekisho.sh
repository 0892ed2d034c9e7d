#!/bin/sh
# The installed `sekisho` command: knows where its settings are.
export SEKISHO_CONF="${SEKISHO_CONF:-/etc/sekisho/sekisho.conf}"
exec /usr/lib/sekisho/build/bin/sekisho "$@"
