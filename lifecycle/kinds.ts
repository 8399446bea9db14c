/** Parts of a URN: what is judged and told of a resource. */
export interface Kind {
  /** Type token of the resource. */
  readonly type: string;
  /** Class name of its parent component. */
  readonly component: string | undefined;
  /** Its logical name, which may hold any character. */
  readonly name: string;
}

/** Reads a URN; of what is no URN the parts are empty, which no contract allows. */
export function kindOf(urn: string): Kind {
  const [, , types = '', ...name] = urn.split('::');
  const chain = types.split('$');
  return { type: chain.at(-1) ?? '', component: chain.at(-2)?.split(':').at(-1), name: name.join('::') };
}
