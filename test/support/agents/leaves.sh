#!/bin/sh
# Ends with 0 in the middle of its turn, with a file not committed and a last word; its next life works.
. "${0%/*}/talk.sh"
[ "$BATON_GENERATION" -gt 1 ] && work && exit
begin
echo "half of it" > half.txt
echo "so far so good, good bye"
sleep 0.3
