/** Is told the new value of an entry, or null when it is gone. */
export type Change = (key: string, value: unknown) => void;

/** A map that tells of every change of its own. */
export class Entries<Value> extends Map<string, Value> {
  readonly #changed: Change;

  constructor(changed: Change) {
    super();
    this.#changed = changed;
  }

  override set(key: string, value: Value): this {
    super.set(key, value);
    this.#changed(key, value);
    return this;
  }

  override delete(key: string): boolean {
    const removed = super.delete(key);
    if (removed) this.#changed(key, null);
    return removed;
  }
}

interface Addressed {
  readonly connection: string;
  readonly email: string;
}

/** Users by id, found by their address too: a tenant holds hundreds of thousands. */
export class Users<User extends Addressed> extends Entries<User> {
  readonly #ids = new Map<string, string>();

  override set(id: string, user: User): this {
    this.#forget(id);
    this.#ids.set(addressOf(user), id);
    return super.set(id, user);
  }

  override delete(id: string): boolean {
    this.#forget(id);
    return super.delete(id);
  }

  withEmail(connection: string, email: string): User | undefined {
    const id = this.#ids.get(addressOf({ connection, email: email.toLowerCase() }));
    return id === undefined ? undefined : this.get(id);
  }

  #forget(id: string): void {
    const user = this.get(id);
    if (user) this.#ids.delete(addressOf(user));
  }
}

function addressOf({ connection, email }: Addressed): string {
  return `${connection} ${email}`;
}
