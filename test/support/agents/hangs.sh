#!/bin/sh
# Begins a turn and never ends it.
. "${0%/*}/talk.sh"
begin
echo "thinking ..."
wait_for_ever
