/** One word of a POSIX shell that stands for this text, whatever is in it: for commands in hints and in scripts. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
