import { dirname } from 'node:path';
import { TeardownError } from '../diagnostics/index.ts';
import { problems } from './problems.ts';

/** A file system's own error in our words; anything else as it is. */
export function explainFile(error: unknown): unknown {
  const fault = typeof error === 'object' && error !== null ? error : {};
  const { code, path, dest } = fault as NodeJS.ErrnoException & { readonly dest?: string };
  const where = dest ?? path;
  if (where === undefined) return error;
  const detail = `${where}: ${String(code)}`;
  const directory = dirname(where);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return wrong('sandbox-disk-full', detail, `df -h ${directory}`, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return wrong('sandbox-not-writable', detail, `ls -ld ${directory}`, error);
    default:
      return error;
  }
}

function wrong(code: Parameters<typeof problems>[0], detail: string, hint: string, cause: unknown): unknown {
  return new TeardownError(problems(code, { detail, hint }), { cause });
}
