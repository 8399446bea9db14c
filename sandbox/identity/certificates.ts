import { execFile } from 'node:child_process';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server key and certificate for `localhost`, and the file a client passes as NODE_EXTRA_CA_CERTS. */
export interface Certificates {
  readonly caFile: string;
  readonly key: Buffer;
  readonly certificate: Buffer;
}

/**
 * The certificates of a data directory; made by `openssl` on first use. The private CA signs this one certificate and
 * its key is then removed, so nothing else can ever be signed by it.
 */
export async function certificatesIn(directory: string): Promise<Certificates> {
  const caFile = join(directory, 'ca.pem');
  const keyFile = join(directory, 'server-key.pem');
  const certificateFile = join(directory, 'server.pem');
  const made = await access(certificateFile).then(
    () => true,
    () => false,
  );
  if (!made) await make(directory, { caFile, keyFile, certificateFile });
  return { caFile, key: await readFile(keyFile), certificate: await readFile(certificateFile) };
}

interface Files {
  readonly caFile: string;
  readonly keyFile: string;
  readonly certificateFile: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function make(directory: string, { caFile, keyFile, certificateFile }: Files): Promise<void> {
  const caKeyFile = join(directory, 'ca-key.pem');
  const requestFile = join(directory, 'server.csr');
  const extensionFile = join(directory, 'server.ext');
  const openssl = (...parameters: string[]) => run('openssl', parameters, { timeout: 20_000 });
  const authority = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign',
  ];
  const caSubject = ['-subj', '/CN=crm-teardown sandbox identity CA'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    caKeyFile,
    '-out',
    caFile,
    '-days',
    '825',
    ...caSubject,
    ...authority,
  );
  await openssl('req', ...newKey, '-keyout', keyFile, '-out', requestFile, '-subj', '/CN=localhost');
  await writeFile(extensionFile, 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  const signer = [
    '-CA',
    caFile,
    '-CAkey',
    caKeyFile,
    '-set_serial',
    '1',
    '-days',
    '825',
    '-extfile',
    extensionFile,
  ];
  await openssl('x509', '-req', '-in', requestFile, ...signer, '-out', `${certificateFile}.new`);
  await writeFile(certificateFile, await readFile(`${certificateFile}.new`));
  await Promise.all(
    [caKeyFile, requestFile, extensionFile, `${certificateFile}.new`].map((file) => rm(file)),
  );
}
