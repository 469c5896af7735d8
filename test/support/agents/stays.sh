#!/bin/sh
# `stays.sh WORDS…`: begins a turn, says the words and lives on; once the sign `NAME.mended` is there, what is typed gets its turn.
. "${0%/*}/talk.sh"
[ -e "$signs/$name.mended" ] && work && exit
begin
echo "$1"
signal stop
while read -r line; do
  signal prompt
  echo "$line" >> "$signs/$name.typed"
  [ -e "$signs/$name.mended" ] && "$BATON_BIN" mol step done
  signal stop
done
