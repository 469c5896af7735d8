#!/bin/sh
# Closes its terminal and lives on without it; a hangup is nothing to it.
trap 'echo hup >> "$signs/$name.hup"' HUP
. "${0%/*}/talk.sh"
begin
signal stop
exec < /dev/null > /dev/null 2>&1
echo closed > "$signs/$name.closed"
wait_for_ever
