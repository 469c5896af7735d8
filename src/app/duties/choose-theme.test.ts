import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTheme } from './choose-theme.ts';

test('a pane has the colours that the setting names, by role, or none (app 17)', () => {
  assert.deepEqual(
    [chooseTheme('auto', 'crew'), chooseTheme('auto', 'polecat'), chooseTheme('rust', 'crew'), chooseTheme('off', 'mayor')],
    ['forest', 'ocean', 'rust', undefined],
  );
});
