/** How many calls of the Management API a tenant may make. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Allowance {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** A token bucket with the vendor's headers; `reset` is the second (Unix time) in which a call will be let in again. */
export function rateLimiter(rate: Rate, now: () => number = Date.now): () => Allowance {
  let left = rate.burst;
  let last = now();
  return () => {
    const time = now();
    left = Math.min(rate.burst, left + ((time - last) / 1000) * rate.perSecond);
    last = time;
    const allowed = left >= 1;
    if (allowed) left -= 1;
    const wait = left >= 1 ? 0 : ((1 - left) / rate.perSecond) * 1000;
    return {
      allowed,
      headers: {
        'x-ratelimit-limit': String(rate.burst),
        'x-ratelimit-remaining': String(Math.floor(left)),
        'x-ratelimit-reset': String(Math.ceil((time + wait) / 1000)),
      },
    };
  };
}
