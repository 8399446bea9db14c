/** A directory of a system on a small file system of its own, which a test may fill or make read-only at any moment. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Leaves room for so many small files. @default 0 */
  fill(left?: number): void;
  makeReadOnly(): void;
  /** Writable again, with room; then the directory lies where it was, with all that was written meanwhile. */
  back(): void;
}

const mount = (...args: readonly string[]) => execFileSync('mount', args, { stdio: 'ignore' });

/** Only root of a machine that lets it can mount. */
export function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'may-mount-'));
  try {
    mount('-t', 'tmpfs', 'tmpfs', place);
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export function smallDisk(place: string): SmallDisk {
  const copy = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const ballast = join(place, 'ballast');
  cpSync(place, copy, { recursive: true });
  mount('-t', 'tmpfs', '-o', 'size=32m,mode=755', 'tmpfs', place);
  cpSync(copy, place, { recursive: true });
  return {
    fill: (left = 0) => {
      const { bavail, bsize } = statfsSync(place);
      writeFileSync(ballast, Buffer.alloc((bavail - left) * bsize));
    },
    makeReadOnly: () => {
      mount('-o', 'remount,ro', place);
    },
    back: () => {
      mount('-o', 'remount,rw', place);
      rmSync(ballast, { force: true });
      replace(copy, place);
      execFileSync('umount', [place]);
      replace(place, copy);
      rmSync(copy, { recursive: true });
    },
  };
}

/** Makes the content of a directory that of another. */
function replace(directory: string, other: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  cpSync(other, directory, { recursive: true });
}
