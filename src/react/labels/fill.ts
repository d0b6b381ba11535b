/** Puts values into a text's `{name}`s. A function as replacement: `$&` in a value is just text. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
