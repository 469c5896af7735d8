#!/bin/sh
# Takes no signal but the one that nobody can refuse.
trap '' INT TERM HUP QUIT
. "${0%/*}/talk.sh"
begin
signal stop
wait_for_ever
