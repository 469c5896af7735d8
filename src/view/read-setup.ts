import { Fault } from '#base';
import { type Player, viewRoles } from './page.ts';

/** What the session was started with (DESIGN.md L5). `baton` is the command that signals go through. */
export interface Setup {
  readonly player: Player;
  readonly town: string;
  readonly baton: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The set-up in the environment. Fault `invalid` outside a session of Baton's, and for a role that has no page. */
export function readSetup(request: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string }): Setup {
  const env = Object.fromEntries(Object.entries(request.env).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const { BATON_TOWN: town, BATON_SESSION: session, BATON_AGENT: agent, BATON_ROLE: named } = env;
  if (!town || !session || !agent)
    throw new Fault('invalid', 'the view was started outside of a session', {
      hint: 'let Baton start it: `baton witness start RIG`, or look with `baton status`',
    });
  const role = viewRoles.find((one) => one === named);
  if (role === undefined)
    throw new Fault('invalid', `the role "${named ?? ''}" is not played in code`, {
      hint: `these are: ${viewRoles.join(', ')}; for others name a runtime: \`baton config set roles.${named ?? 'ROLE'}.runtime NAME\``,
    });
  const player = { agent, role, rig: env.BATON_RIG ?? '', generation: env.BATON_GENERATION ?? '1' };
  return { player, town, baton: env.BATON_BIN || 'baton', cwd: request.cwd, env };
}
