import { describe, expect, it } from '@jest/globals';
import { fromMessage, toMessage } from '../../provider/envelopes.ts';

const password = { user: 'crm', keys: ['a', 'b'] };

describe('properties of a message', () => {
  it('are what was put in, without what is undefined', () => {
    const message = toMessage({ name: 'crm', count: 2, none: null, gone: undefined }, new Set());
    expect(fromMessage(message)).toEqual({
      value: { name: 'crm', count: 2, none: null },
      secrets: new Set(),
    });
  });

  it('come out of an envelope, and their name is remembered', () => {
    const message = toMessage({ name: 'crm', password }, new Set(['password', 'of nothing']));
    expect(JSON.stringify(message.toJavaScript())).toMatch(
      /"password":\{"4dabf18193072939515e22adb298388d":/,
    );
    expect(fromMessage(message)).toEqual({
      value: { name: 'crm', password },
      secrets: new Set(['password']),
    });
  });

  it('come out of an envelope at any depth: the whole property counts as secret', () => {
    const envelope = (value: object) => toMessage({ value }, new Set(['value'])).toJavaScript().value;
    const message = toMessage({ list: [{ inner: envelope(password) }], open: 1 }, new Set());
    expect(fromMessage(message)).toEqual({
      value: { list: [{ inner: password }], open: 1 },
      secrets: new Set(['list']),
    });
  });

  it('of no message are none', () => {
    expect(fromMessage(undefined)).toEqual({ value: {}, secrets: new Set() });
  });
});
