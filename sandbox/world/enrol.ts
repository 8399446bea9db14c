import { withServer } from '../database-picture.ts';
import type { Claims } from '../identity/tokens.ts';

/** Gives whoever this token was issued to an account in the CRM's own rows. `url` is the application's login. */
export function enrol(
  url: string,
  token: string,
  kind: 'customer' | 'staff' | 'administrator',
  permissions: readonly string[],
): Promise<void> {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  return withServer(url, async (query) => {
    await query(
      `WITH account AS (
         INSERT INTO app.accounts (login, display_name, kind, language, created) VALUES ($1, $1, $2, 'en', current_date) RETURNING id)
       INSERT INTO app.account_permissions (account_id, permission_code) SELECT id, unnest($3::text[]) FROM account`,
      [sub, kind, permissions],
    );
  });
}
