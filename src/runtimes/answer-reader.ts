/** The part of our plugins, as JavaScript text, that reads what a signal's program printed: the runbook's form (`runbook/signals.ts`), turned back. */
export const answerReader = `function readAnswer(signal, stdout) {
  const text = stdout.trim();
  const fields = attempt(() => JSON.parse(text));
  if (typeof fields !== 'object' || fields === null) return { kind: 'context', text };
  const special = fields.hookSpecificOutput;
  if (signal === 'stop' && fields.decision === 'block') return { kind: 'continue', text: String(fields.reason ?? '') };
  if (signal === 'pre-tool' && special?.permissionDecision === 'deny') return { kind: 'deny', text: String(special.permissionDecisionReason ?? '') };
  return { kind: 'context', text: String(special?.additionalContext ?? text) };
}

function attempt(what) {
  try {
    return what();
  } catch {
    return undefined;
  }
}
`;
