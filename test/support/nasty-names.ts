/** What every plain object seems to hold: a table that is looked up by words from outside must not find any of these. */
export const nastyNames = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"] as const;
