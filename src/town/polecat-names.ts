/** Names for polecats, in the order in which they are given. Short, easy to tell apart, and none that another one begins with. */
export const polecatNames: readonly string[] = [
  ...['Toast', 'Maple', 'Pixel', 'Comet', 'Basil', 'Ember', 'Fable', 'Indigo', 'Juniper', 'Koala', 'Lotus', 'Mango'],
  ...['Nimbus', 'Olive', 'Pepper', 'Quartz', 'Robin', 'Saffron', 'Tulip', 'Umber', 'Violet', 'Willow', 'Yarrow', 'Zephyr'],
  ...['Acorn', 'Breeze', 'Clover', 'Dahlia', 'Echo', 'Fennel', 'Ginger', 'Hazel', 'Iris', 'Jasper', 'Kiwi', 'Lemon'],
  ...['Marble', 'Nutmeg', 'Orchid', 'Pebble', 'Quill', 'Raven', 'Sparrow', 'Thistle', 'Velvet', 'Walnut', 'Yonder', 'Zinnia'],
  ...['Amber', 'Biscuit', 'Cedar', 'Dune', 'Falcon', 'Garnet', 'Heron', 'Ivy', 'Jade', 'Lark', 'Meadow', 'Opal'],
];

/** The first name that is free: of the list, then `Polecat1`, `Polecat2`, …; `taken` compares without case. */
export function firstFreeName(taken: readonly string[]): string {
  const keys = new Set(taken.map((name) => name.toLowerCase()));
  const listed = polecatNames.find((name) => !keys.has(name.toLowerCase()));
  if (listed !== undefined) return listed;
  let count = 1;
  while (keys.has(`polecat${count}`)) count += 1;
  return `Polecat${count}`;
}
