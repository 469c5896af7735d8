/** Below this nothing starts (DESIGN.md section 12), in bytes. */
export const diskFreeMin = 1e9;
