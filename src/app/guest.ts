import { Fault } from '#base';
import type { Store } from '#store';

/**
 * The environment name that makes a program a guest: a copy of a past conversation, which may look at the town and change nothing of it. Its value is
 * the session that it is a copy of.
 */
export const guestVariable = 'BATON_GUEST';

/** Whether the caller is a guest. */
export function isGuest(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env[guestVariable] ?? '') !== '';
}

/** The store as a guest has it: it reads, and every change is refused in words that it understands. */
export function readOnlyStore(store: Store): Store {
  const change = async () => {
    throw new Fault('conflict', 'this is a copy of a past conversation: it may look, and changes nothing of the town', {
      hint: 'answer the question that you were asked; who asks acts on it',
    });
  };
  return { ...store, read: (body) => store.read(body), now: () => store.now(), close: () => store.close(), change };
}
