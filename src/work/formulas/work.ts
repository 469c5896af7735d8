/** What an agent with a model does with a bead: four steps, each ended by `baton mol step done`. The second name is Gas Town's. */
export const work = `formula = "work"
description = "One bead from reading it to handing it in"
version = 1

[[steps]]
id = "load-context"
title = "Understand {{bead}}"
description = """
Read the bead with \`baton bead show {{bead}}\`: what is asked, what counts as accepted, the notes of those who had it before.
Read your mail and the handoff document, if there is one. Find the code that this is about, and how it is tested.
Do not change anything yet. If the bead is unclear, or twice as large as it looks, escalate now: \`baton escalate\`.
"""
acceptance = "You can say in three sentences what will change, where, and how you will know that it works."

[[steps]]
id = "implement"
title = "Do the work of {{bead}}"
needs = ["load-context"]
description = """
Make the change, in small commits with messages that say why. Stay with what the bead asks; file what else you find with \`baton bead create\`.
Commit before you hand off: what is committed is safe.
"""
acceptance = "Everything that the bead asks for is committed on your branch."

[[steps]]
id = "test"
title = "Prove that it works"
needs = ["implement"]
description = """
Write the tests that the change deserves, and run the repository's own tests and checks. Mend what fails.
A failure that was there before you is noted on the bead, not hidden: \`baton bead note {{bead}}\`.
"""
acceptance = "The repository's tests and checks pass, and a test fails without the change."

[[steps]]
id = "submit"
title = "Hand in {{bead}}"
needs = ["test"]
description = """
Look through your whole difference once as a reviewer would. Leave nothing uncommitted and nothing that is not meant to stay.
End this step with \`baton mol step done\`, then hand in with \`baton done\`.
"""
acceptance = "The worktree is clean and \`baton done\` has taken the bead off your hook."
`;
