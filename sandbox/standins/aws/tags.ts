import { AddTagsToResourceCommand, RemoveTagsFromResourceCommand, type Tag } from '@aws-sdk/client-rds';
import type { Argument } from '../arguments.ts';
import { called, type Clients } from './clients.ts';

export type Tags = Readonly<Record<string, string>>;

export const tagsArgument: Argument = { kind: 'map' };

/** `region` is what v7 of the SDK offers on every resource; only the configured one makes sense here. */
export function regionArgument(region: () => string): Argument {
  return {
    kind: 'string',
    computed: true,
    replaces: true,
    refuse: (value) =>
      value === region() ? undefined : `the stand-in works in its own region ${region()} only`,
  };
}

export function tagList(tags: unknown): { Key: string; Value: string }[] {
  return Object.entries((tags ?? {}) as Tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

/** RDS takes tags away by name and adds the rest. */
export async function retagRds({ rds }: Clients, arn: string, old: unknown, news: unknown): Promise<void> {
  const wanted = tagList(news);
  const gone = tagList(old).filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
  if (gone.length > 0) {
    const TagKeys = gone.map(({ Key }) => Key);
    const removed = rds.send(new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys }));
    await called(`removing tags of ${arn}`, removed);
  }
  if (wanted.length > 0) {
    await called(
      `tagging ${arn}`,
      rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: wanted })),
    );
  }
}

export function without(properties: Readonly<Record<string, unknown>>, name: string) {
  return Object.fromEntries(Object.entries(properties).filter(([each]) => each !== name));
}
