import {
  CreateDBInstanceCommand,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Json } from '../../diagnostics/index.ts';
import { newPassword } from '../new-password.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';

/** The RDS instance that carries the CRM's database and the web shop's. */
export interface InstanceKeys {
  readonly instance: string;
}

/** Shared, so that the teardown may never touch it: at the simulator it is a record only, the databases are on the real server. */
export const instance: Part<InstanceKeys> = {
  async build({ environment, system }) {
    const DBInstanceIdentifier = instanceOf(system);
    const create = new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      Engine: 'postgres',
      EngineVersion: '15.8',
      DBInstanceClass: 'db.t3.medium',
      AllocatedStorage: 100,
      MasterUsername: 'platform_master',
      MasterUserPassword: newPassword(),
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
    });
    await withRds(environment, (rds) => rds.send(create));
    return { instance: DBInstanceIdentifier };
  },
  read: ({ environment, system }) =>
    withRds(environment, async (rds) => {
      const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instanceOf(system) });
      const { DBInstances: [found] = [] } = await rds.send(command).catch((error: unknown) => {
        if (error instanceof DBInstanceNotFoundFault) return { DBInstances: [] };
        throw error;
      });
      // Moves on by itself: the clock of the point-in-time backups.
      const shown = found && { ...found, LatestRestorableTime: undefined };
      return JSON.parse(JSON.stringify(shown ?? null)) as Json;
    }),
};

function instanceOf(system: string): string {
  return `${system}-prod`;
}

function withRds<Result>(
  environment: Environment,
  work: (rds: RDSClient) => Promise<Result>,
): Promise<Result> {
  const clients = { rds: new RDSClient(awsSettings(environment)) };
  return withClients('the RDS instance of the sample CRM', clients, ({ rds }) => work(rds));
}
