/** The same work with the test first: for defects, and for behaviour that can be said in advance. */
export const tdd = `formula = "tdd"
description = "One bead, test first: see it fail, make it pass, make it good"
version = 1

[[steps]]
id = "load-context"
title = "Understand {{bead}}"
description = """
Read the bead with \`baton bead show {{bead}}\`, its notes, your mail and the handoff document, if there is one.
Find the code that this is about and the place where its tests are.
"""
acceptance = "You can say which behaviour is wanted, as one sentence for each test."

[[steps]]
id = "write-test"
title = "Write the test that fails"
needs = ["load-context"]
description = """
Write the smallest test that shows the wanted behaviour and nothing else. Run it, and read how it fails: it must fail for the reason that the bead names.
Commit it.
"""
acceptance = "The test fails, and its message names what is missing."

[[steps]]
id = "make-it-pass"
title = "Make the test pass"
needs = ["write-test"]
description = """
Write the least code that makes it pass, and run all tests of the repository. Commit.
"""
acceptance = "The new test and all others pass."

[[steps]]
id = "refactor"
title = "Make it good"
needs = ["make-it-pass"]
description = """
With the tests green, put the code where it belongs, name it well, remove what is double. Run the tests after each move. Commit.
"""
acceptance = "The tests pass, and the difference reads as if it had always been there."

[[steps]]
id = "submit"
title = "Hand in {{bead}}"
needs = ["refactor"]
description = """
Look through your whole difference once as a reviewer would. Leave nothing uncommitted.
End this step with \`baton mol step done\`, then hand in with \`baton done\`.
"""
acceptance = "The worktree is clean and \`baton done\` has taken the bead off your hook."
`;
