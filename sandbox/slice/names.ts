/** What the things of one sample CRM are called in the live systems. */
export interface WorldNames {
  readonly database: string;
  readonly owner: string;
  readonly contacts: string;
  readonly documents: string;
  readonly application: string;
  readonly erp: string;
  readonly administrator: string;
  readonly breakGlass: string;
  readonly instance: string;
  readonly bucket: string;
  readonly connection: string;
  readonly client: string;
  readonly neighbourClient: string;
  readonly neighbourConnection: string;
}

/** The system whose things have the plain names of the committed inventory. */
export const sliceSystem = 'slice-crm';

/**
 * Several worlds can live in one sandbox: any system but the sample's own carries its name in all of its things.
 * `system` is up to 30 lower-case letters, digits and single hyphens.
 */
export function namesOf(system: string): WorldNames {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(system) || system.length > 30) {
    throw new RangeError(`not a system name: "${system}"; use letters, digits and single hyphens`);
  }
  const underscored = system.replaceAll('-', '_');
  const role = (name: string): string => (system === sliceSystem ? name : `${name}_${underscored}`);
  const thing = (name: string): string => (system === sliceSystem ? name : `${name}-${system}`);
  return {
    database: underscored,
    owner: role('crm_owner'),
    contacts: role('crm_contacts'),
    documents: role('crm_documents'),
    application: role('crm_app'),
    erp: role('crm_erp'),
    administrator: role('crm_admin'),
    breakGlass: role('bg_sealed'),
    instance: `${system}-prod`,
    bucket: `${system}-attachments`,
    connection: thing('crm-users'),
    client: thing('crm-portal'),
    neighbourClient: thing('web-shop'),
    neighbourConnection: thing('shop-users'),
  };
}
