import { beginning, checkPart, library } from './maintenance-shell.ts';
import { taskNames, tasks } from './maintenance-tasks.ts';

/** One step as TOML; commands as literal texts, in which TOML changes nothing. */
interface ShellStep {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly needs?: string;
  readonly run: string;
  readonly check: string;
}

const list = String.raw`
for other in "$data"/../"$task"-*; do
  if [ -d "$other" ] && [ "$(basename "$other")" != "$task-$tree" ]; then rm -rf "$other"; fi
done
need files
awk -F '\t' '{ size += $1 } END { printf "%d files, %d bytes; the largest:\n", NR, size }' "$data/files"
sort -t "$tab" -k 1,1nr -k 3,3 "$data/files" | show 60
`;

const measure = String.raw`
need measures
awk -F '\t' '$1 == "-" { binary++; next } { lines += $1 } END { printf "%d lines in %d text files, %d binary files; the longest:\n", lines, NR - binary, binary }' "$data/measures"
sort -t "$tab" -k 1,1nr -k 4,4 "$data/measures" | awk -F '\t' '{ print $1 "\t" $4 }' | show 60
`;

const classify = String.raw`
need kinds
awk -F '\t' '{ n[$1]++; size[$1] += $3 } END { for (kind in n) print n[kind] "\t" size[kind] "\t" kind }' "$data/kinds" | sort -t "$tab" -k 1,1nr -k 3,3 | show 60
sort -t "$tab" -k 1,1 -k 5,5 "$data/kinds" | awk -F '\t' '{ print $1 "\t" $5 }' | show 60
`;

const examine = String.raw`
need found
echo "$task: $(count "$data/found") things found; the first:"
show 60 < "$data/found"
echo "looked through $(count "$data/kinds") files; the first:"
sort -t "$tab" -k 5,5 "$data/kinds" | awk -F '\t' '{ print $5 " (" $1 ", " $2 ")" }' | show 60
`;

const judge = String.raw`
need verdict
echo "$task: $(count "$data/verdict") things to tell; the first:"
show 60 < "$data/verdict"
echo "files of which nothing was found, the largest first:"
awk -F '\t' 'part == 1 { seen[$1] = 1; next } !($5 in seen) { print $3 "\t" $5 }' part=1 "$data/found" part=2 "$data/kinds" | sort -t "$tab" -k 1,1nr -k 2,2 | show 60
`;

/** Writes the report where it is not there as it should be. */
const write = String.raw`
write_report() {
  make_report > "$drafts/report"
  mkdir -p "$ours"
  if ! cmp -s "$drafts/report" "$report"; then
    cp "$drafts/report" "$ours/.$task.md.draft"
    mv "$ours/.$task.md.draft" "$report"
  fi
}
write_report
`;

const tellReport = String.raw`
echo "$report: $(count "$report") lines"
show 80 < "$report"
`;

const checkWritten = String.raw`
test -f "$data/verdict"
make_report > "$drafts/report"
cmp -s "$drafts/report" "$report"
`;

const verify = String.raw`
fail() { echo "$report: $1" >&2; exit 1; }
make_report > "$drafts/again"
cmp -s "$drafts/again" "$report" || fail 'made anew it would differ'
head -n 1 "$report" | grep -q '^# ' || fail 'it has no heading'
tail -n 1 "$report" | grep -q '^<!-- the end of this report -->$' || fail 'it has no end'
if grep -n '[[:blank:]]$' "$report"; then fail 'it has blanks at the end of lines'; fi
grep -n '' "$report" | show 80
git hash-object "$report" > "$drafts/verified"
mv "$drafts/verified" "$data/verified"
echo "$report is whole: $(cat "$data/verified")"
`;

const checkVerified = String.raw`
test -f "$report" && test "$(cat "$data/verified")" = "$(git hash-object "$report")"
`;

/**
 * A git that was killed leaves its locks behind, and every later one stops at them. Nobody else works in this worktree, and who worked here before was ended;
 * so a lock that does not go within two seconds is a dead one's.
 */
const commit = String.raw`
locks() {
  for name in index HEAD $(git symbolic-ref -q HEAD || true); do
    lock=$(git rev-parse --git-path "$name").lock
    if [ -e "$lock" ]; then echo "$lock"; fi
  done
}
tries=0
while [ -n "$(locks)" ] && [ "$tries" -lt 10 ]; do sleep 0.2; tries=$((tries + 1)); done
locks | while IFS= read -r lock; do
  echo "removing the lock that a killed git left: $lock"
  rm -f "$lock"
done
if git cat-file -e "HEAD:$report" 2> /dev/null && git cat-file blob "HEAD:$report" | cmp -s - "$report"; then
  echo "$report is committed already, in $(git log -1 --format='%h %s' -- "$report")"
else
  g add -f -- "$report"
  g commit --no-verify -q -m "docs: maintenance report on $task" -m "Bead: $BATON_VAR_BEAD" -- "$report"
  g --no-pager show --stat --format='%h %an: %s' HEAD
fi
g --no-pager show "HEAD:$report" | show 60
`;

const checkCommitted = String.raw`
make_report > "$drafts/report"
git cat-file blob "HEAD:$report" 2> /dev/null | cmp -s - "$drafts/report"
`;

const whole = `${beginning}${library}${tasks}`;

const steps: readonly ShellStep[] = [
  {
    id: 'list',
    title: 'List what is under care',
    description: 'Every tracked file with its size.',
    run: `${beginning}${library}${list}`,
    check: checkPart('files'),
  },
  {
    id: 'measure',
    title: 'Measure it',
    description: 'Lines of each text file; which files are binary.',
    needs: 'list',
    run: `${beginning}${library}${measure}`,
    check: checkPart('measures'),
  },
  {
    id: 'classify',
    title: 'Tell the languages apart',
    description: 'By name, else by the program that the first line names.',
    needs: 'measure',
    run: `${beginning}${library}${classify}`,
    check: checkPart('kinds'),
  },
  {
    id: 'examine',
    title: 'Look for {{task}}',
    description: 'What the task is about: sizes by language and folder, relative links, left-over markers, or the syntax of scripts.',
    needs: 'classify',
    run: `${whole}${examine}`,
    check: checkPart('found'),
  },
  {
    id: 'judge',
    title: 'Judge what was found',
    description: 'Largest files and copies, broken links, marks by file, or mistakes.',
    needs: 'examine',
    run: `${whole}${judge}`,
    check: checkPart('verdict'),
  },
  {
    id: 'write-report',
    title: 'Write docs/maintenance/{{task}}.md',
    description: 'The same tree gives the same report, byte for byte.',
    needs: 'judge',
    run: `${whole}${write}${tellReport}`,
    check: `${whole}${checkWritten}`,
  },
  {
    id: 'verify-report',
    title: 'Verify the report',
    description: 'It is made anew and compared; its form is checked.',
    needs: 'write-report',
    run: `${whole}${write}${verify}`,
    check: `${beginning}${checkVerified}`,
  },
  {
    id: 'commit',
    title: 'Commit the report',
    description: 'One commit with this file alone; none where it is committed already.',
    needs: 'verify-report',
    run: `${whole}${write}${commit}`,
    check: `${whole}${checkCommitted}`,
  },
];

/** Care of a repository in eight steps of real commands, for the runtime that needs no model. Killed anywhere and run again, it gives the same report. */
export const maintenance = `formula = "maintenance"
description = "A report on the repository: inventory, links, markers or scripts; made, verified and committed by commands alone"
version = 1

[vars.task]
description = "what to look at"
required = true
values = [${taskNames.map((name) => `"${name}"`).join(', ')}]
${steps.map(toToml).join('')}`;

function toToml({ id, title, description, needs, run, check }: ShellStep): string {
  const needsLine = needs === undefined ? '' : `needs = ["${needs}"]\n`;
  return `\n[[steps]]\nid = "${id}"\ntitle = "${title}"\ndescription = "${description}"\n${needsLine}timeout = "2m"\nrun = '''${run}'''\ncheck = '''${check}'''\n`;
}
