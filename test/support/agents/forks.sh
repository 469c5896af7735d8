#!/bin/sh
# Leaves two children that outlive it: one in a session of its own, one that was forked twice. It dies with them at work, once; then it works.
. "${0%/*}/talk.sh"
setsid sleep 600 &
echo $! >> "$signs/$name.children"
sh -c 'trap "" HUP TERM; sleep 600 & echo $! >> "$0"' "$signs/$name.children"
begin
echo forked > "$signs/$name.forked"
signal stop
wait_for_ever
