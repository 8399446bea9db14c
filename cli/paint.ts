const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

export type Paint = (colour: keyof typeof codes, text: string) => string;

/** Colours where the terminal shows them, the bare text everywhere else. */
export function paintFor(colours: boolean): Paint {
  return (colour, text) => (colours ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text);
}
