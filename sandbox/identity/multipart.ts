import { managementError } from './errors.ts';

/** The fields of a multipart/form-data body by name, a file's content among them. Text only, as all that the vendor takes this way. */
export function fieldsOf(contentType: string, body: string): Readonly<Record<string, string>> {
  const boundary = /;\s*boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw managementError(400, 'Multipart body without a boundary', 'invalid_body');
  // What stands before the first boundary and after the last one is none of a part's.
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return Object.fromEntries(
    parts.map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const name = /^content-disposition: form-data;.*?\bname="([^"]*)"/im.exec(part.slice(0, end))?.[1];
      if (end < 0 || name === undefined)
        throw managementError(400, 'Multipart body with a damaged part', 'invalid_body');
      return [name, part.slice(end + 4)];
    }),
  );
}
