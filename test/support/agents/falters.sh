#!/bin/sh
# `falters.sh HOW`: its second life ends at once (`start`), or after it was told everything and before its first turn (`primed`); the others hang in a turn.
. "${0%/*}/talk.sh"
if [ "$BATON_GENERATION" = 2 ]; then
  [ "$1" = primed ] && signal start
  sleep 0.3
  exit 1
fi
begin
wait_for_ever
