# What the small agents have in common, to be read in with `.`: how they speak to Baton, and where they and their test leave signs for each other.
name=${BATON_AGENT##*/}
signs=$HOME/signs

# Tells Baton of a signal, and leaves the answer to the first of each life in `NAME.SIGNAL.GENERATION`.
signal() {
  answer=$signs/$name.$1.$BATON_GENERATION
  [ -e "$answer" ] && answer=/dev/null
  echo '{}' | "$BATON_BIN" signal "$1" > "$answer"
}

# Is told who it is, and begins its first turn; says so in `NAME.began`.
begin() {
  signal start
  signal prompt
  echo "$BATON_GENERATION" >> "$signs/$name.began"
}

# Lives on without a word.
wait_for_ever() {
  while :; do sleep 1; done
}

# Begins, closes its step where it has one, and from then on gives every line that is typed a turn of its own.
work() {
  begin
  "$BATON_BIN" mol step done > "$signs/$name.step" 2>&1
  signal stop
  while read -r line; do
    signal prompt
    echo "$line" >> "$signs/$name.typed"
    echo "you said: $line"
    signal stop
  done
}
