#!/bin/sh
# Its working half stops itself in the middle of a turn, while a child of that goes on calling `baton`. (A pane's own program that stops itself is
# continued by tmux at once.)
. "${0%/*}/talk.sh"
begin
export signs name
sh -c 'while sleep 0.5; do "$BATON_BIN" keepalive && echo beat >> "$signs/$name.beats"; done & kill -STOP $$'
wait_for_ever
