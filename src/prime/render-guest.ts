/** What a program is told that stands in an agent's folder and does not play it (P1): why, and what it must leave alone. */
export function renderGuest({ agent, why }: { agent: string; why: string }): string {
  return [
    `guest: ${why}; do not hand off, close steps or run done in its name.`,
    `You are a guest in the folder of ${agent}: Baton records nothing of you, and nothing on its hook or in its mail is yours. Do what your person asks.`,
  ].join('\n');
}
