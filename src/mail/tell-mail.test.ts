import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteLength } from '#base';
import { systemChance } from '#host';
import { readEvents, type Store } from '#store';
import { type ManualClock, manualClock, memoryStore, seedSession } from '#store/testing';
import { checkMail, listInbox } from './inbox.ts';
import { readMail } from './read-mail.ts';
import { sendMail } from './send-mail.ts';
import { deliverMailRows, tellMailRows } from './tell-mail.ts';
import { fitUnread, renderUnread, type Unread } from './unread.ts';

const max = 'app/crew/max';

interface Town {
  readonly store: Store;
  readonly clock: ManualClock;
}

async function mailTown(): Promise<Town> {
  const clock = manualClock();
  return { clock, store: await memoryStore(clock) };
}

function inTown(name: string, body: (town: Town) => Promise<void>): void {
  test(name, async () => {
    const town = await mailTown();
    try {
      await body(town);
    } finally {
      await town.store.close();
    }
  });
}

async function send({ store, clock }: Town, subject: string, priority = 2): Promise<string> {
  const mail = await sendMail({ store, chance: systemChance, by: { actor: 'mayor' }, isKnown: async () => true }, { to: max, subject, priority });
  clock.advance(1);
  return mail.id;
}

async function begin({ store }: Town, generation: number): Promise<string> {
  const id = `sess_${String(generation).padStart(8, '0')}`;
  if (generation > 1) {
    await store.change({ actor: 'daemon' }, async (tx, at) => {
      await tx.updateTable('sessions').set({ ended_at: at, end_reason: 'handoff', gone_at: at }).where('ended_at', 'is', null).execute();
      return { answer: undefined, events: [{ type: 'session_end', agent: max }] };
    });
  }
  await seedSession(store, { id, agent: max, generation });
  return id;
}

/** What a prime of the session does: shows what is unread in so many bytes, and marks it. */
async function prime({ store }: Town, session: string, bytes?: number): Promise<string> {
  const { text, shown } = fitUnread(await checkMail(store.db, { address: max, session }), bytes);
  await store.change({ actor: max, session }, async (tx, at) => ({
    answer: undefined,
    events: await deliverMailRows(tx, at, { agent: max, session, mails: shown.map((mail) => mail.id) }),
  }));
  return text;
}

function tell({ store }: Town, session: string, isInTurn = true): Promise<Unread> {
  return store.change({ actor: max, session }, (tx, at) => tellMailRows(tx, at, { agent: max, session, isInTurn }));
}

const idsIn = (text: string) => [...text.matchAll(/^ {2}(mail-\w+)/gm)].map(([, id]) => id ?? '');

inTown('a session is told of each message once, whoever tells it first (mail 8)', async (town) => {
  const session = await begin(town, 1);
  const first = await send(town, 'first');
  assert.match(await prime(town, session), /^You have 1 unread message\./);
  assert.equal(renderUnread(await tell(town, session)), '');
  const second = await send(town, 'second');
  const told = renderUnread(await tell(town, session));
  assert.match(told, /^You have 1 new message\./);
  assert.deepEqual(idsIn(told), [second]);
  assert.equal(renderUnread(await tell(town, session)), '');
  assert.deepEqual(idsIn(renderUnread(await checkMail(town.store.db, { address: max, session }))), [second, first], 'whoever asks sees all of it');
});

inTown('where nothing came nothing is written (mail 8)', async (town) => {
  const session = await begin(town, 1);
  await send(town, 'first');
  await tell(town, session);
  const types = async () => (await readEvents(town.store.db, {})).map(({ type }) => type);
  const before = await types();
  assert.deepEqual(before.slice(-2), ['mail_delivered', 'mail_received']);
  await tell(town, session);
  assert.deepEqual(await types(), before);
});

inTown('what does not fit comes with the next turns, each in at most 1 KB (mail 8)', async (town) => {
  const session = await begin(town, 1);
  const sent: string[] = [];
  for (let n = 0; n < 25; n += 1) sent.push(await send(town, `${n} ${'ü'.repeat(90)}`));
  const seen: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    const text = renderUnread(await tell(town, session));
    assert.ok(byteLength(text) <= 1024);
    seen.push(...idsIn(text));
  }
  assert.deepEqual(seen.toSorted(), sent.toSorted());
});

inTown('what an earlier session had a turn with is stale: told last, marked, counted apart (mail 9)', async (town) => {
  const first = await begin(town, 1);
  const old = await send(town, 'burning', 0);
  await tell(town, first);
  const second = await begin(town, 2);
  const fresh = await send(town, 'news', 4);
  const text = await prime(town, second);
  assert.match(text, /^You have 1 unread message, and 1 unread message that an earlier session saw\. /);
  assert.deepEqual(idsIn(text), [fresh, old]);
  assert.match(text, new RegExp(`${old} \\(urgent\\) \\(seen by an earlier session\\) from mayor: "burning"`));
  assert.equal(renderUnread(await tell(town, second)), '', 'a turn brings no stale one back');
  const inbox = await listInbox(town.store.db, { address: max, session: second });
  assert.deepEqual(
    inbox.map(({ id, isStale }) => [id, isStale]),
    [
      [fresh, false],
      [old, true],
    ],
  );
  const third = await begin(town, 3);
  assert.match(
    renderUnread(await checkMail(town.store.db, { address: max, session: third })),
    /^You have no new message, and 2 unread messages that an earlier/,
  );
});

inTown('what a session was told and had no turn with is fresh for the next one (mail 9)', async (town) => {
  const first = await begin(town, 1);
  const id = await send(town, 'lost');
  await prime(town, first);
  await tell(town, first, false);
  const second = await begin(town, 2);
  assert.deepEqual(idsIn(renderUnread(await tell(town, second))), [id]);
});

type Step = { kind: 'send'; priority: number; length: number } | { kind: 'prime' | 'turn' | 'inject' | 'next' | 'read' | 'wait' };

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), priority: fc.nat(4), length: fc.integer({ min: 1, max: 180 }) }),
  fc.record({ kind: fc.constantFrom('prime' as const, 'turn' as const, 'inject' as const, 'next' as const, 'read' as const, 'wait' as const) }),
);

/** What is known of a message beside the store: the sessions that were told of it, and the first that had a turn with it. */
interface Known {
  readonly told: string[];
  by: string | undefined;
  isRead: boolean;
}

test('whatever happens, staleness goes by generation alone, each subject is told once per session, and fresh ones come first (mail 8, 9)', async () => {
  const play = async (steps: readonly Step[]) => {
    const town = await mailTown();
    const known = new Map<string, Known>();
    let generation = 1;
    let session = await begin(town, generation);
    const take = (text: string) => {
      for (const id of idsIn(text)) if (known.get(id)?.by === undefined) known.get(id)?.told.push(session);
    };
    const judge = async () => {
      const { mails, count, staleCount } = await checkMail(town.store.db, { address: max, session });
      const unread = [...known].filter(([, mail]) => !mail.isRead);
      const stale = unread.filter(([, mail]) => mail.by !== undefined && mail.by !== session).map(([id]) => id);
      assert.deepEqual([count, staleCount], [unread.length, stale.length]);
      assert.deepEqual(
        mails.map((mail) => mail.isStale),
        [...Array(count - staleCount).fill(false), ...Array(staleCount).fill(true)],
      );
      assert.deepEqual(
        mails
          .filter((mail) => mail.isStale)
          .map((mail) => mail.id)
          .toSorted(),
        stale.toSorted(),
      );
    };
    try {
      for (const step of steps) {
        if (step.kind === 'send') known.set(await send(town, 's'.repeat(step.length), step.priority), { told: [], by: undefined, isRead: false });
        else if (step.kind === 'prime') take(await prime(town, session, 600));
        else if (step.kind === 'wait') town.clock.advance(1_000_000_000);
        else if (step.kind === 'next') {
          generation += 1;
          session = await begin(town, generation);
        } else if (step.kind === 'read') {
          const [id] = [...known].find(([, mail]) => !mail.isRead) ?? [];
          if (id === undefined) continue;
          await readMail({ store: town.store, by: { actor: max, session } }, { mail: id });
          (known.get(id) as Known).isRead = true;
        } else {
          const text = renderUnread(await tell(town, session, step.kind === 'turn'));
          assert.ok(byteLength(text) <= 1024);
          for (const id of idsIn(text)) {
            const mail = known.get(id) as Known;
            assert.ok(!mail.told.includes(session) && mail.by === undefined, 'told once, and never a stale one');
          }
          take(text);
          if (step.kind === 'turn')
            for (const mail of known.values()) if (!mail.isRead && mail.by === undefined && mail.told.includes(session)) mail.by = session;
        }
        await judge();
      }
    } finally {
      await town.store.close();
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), play), { numRuns: 60 });
});
