import { within } from '../../diagnostics/index.ts';

/** Keys as AWS hands them out; `sessionToken` makes them those of a session. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where AWS is. */
export interface AwsPlace {
  readonly endpoint: string;
  readonly region: string;
}

/**
 * A session of the role, opened with `keys` (STS AssumeRole); undefined if STS refuses it. The simulator reads only the scope of the
 * signature, so there is none behind it.
 */
export async function openSession(
  { endpoint, region }: AwsPlace,
  { accessKeyId }: AwsKeys,
  role: string,
): Promise<AwsKeys | undefined> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'work',
  });
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/sts/aws4_request, SignedHeaders=host, Signature=0`;
  const asked = fetch(endpoint, { method: 'POST', headers: { authorization }, body });
  const answer = await within('15 seconds', 'opening a session', asked);
  if (answer.status === 403) return undefined;
  const text = await within('15 seconds', 'opening a session', answer.text());
  if (!answer.ok) throw new Error(`STS answered ${answer.status}`);
  const of = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? '';
  return {
    accessKeyId: of('AccessKeyId'),
    secretAccessKey: of('SecretAccessKey'),
    sessionToken: of('SessionToken'),
  };
}
