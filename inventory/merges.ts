import { allSteps, planOf, stageOf, type Wave } from '../lifecycle/index.ts';
import { shown } from './issues.ts';
import { memberSections, membersOf } from './members.ts';
import { nearest } from './nearest.ts';
import type { Path } from './positions.ts';
import { type Finding, repeated, rule } from './rule.ts';

const waves = allSteps.filter((step): step is Wave => step.includes('/'));

function shortName(wave: Wave): string {
  return wave.slice(wave.indexOf('/') + 1);
}

const shortNames = [...new Set(waves.map(shortName))];

/**
 * The waves a group in `together` means. Two names exist in `revoked` and in `destroyed` (interfaces, services);
 * their order differs there, so a group of two or more names in order fits one stage at most.
 * Undefined: no stage has these names in this order.
 */
function wavesOfGroup(group: readonly string[]): readonly Wave[] | undefined {
  for (const stage of ['revoked', 'destroyed']) {
    const ofStage = waves.filter((wave) => stageOf(wave) === stage);
    const places = group.map((name) => ofStage.findIndex((wave) => shortName(wave) === name));
    const inOrder = places.every((place, i) => place >= 0 && (i === 0 || place > (places[i - 1] ?? NaN)));
    if (inOrder) return ofStage.filter((_, i) => places.includes(i));
  }
  return undefined;
}

/** All groups of a checked inventory as `planOf` takes them. */
export function mergesOf(together: readonly (readonly string[])[]): readonly (readonly Wave[])[] {
  return together.map((group) => wavesOfGroup(group) ?? []);
}

function unknownNames(group: readonly string[], path: Path): readonly Finding[] {
  return group.flatMap((name, i) => {
    if (shortNames.includes(name)) return [];
    const meant = nearest(name, shortNames);
    return {
      code: 'inventory-merge',
      path: [...path, i],
      detail: `${shown(name)} is no wave`,
      hint: meant === undefined ? `waves are: ${shortNames.join(', ')}` : `did you mean "${meant}"?`,
    };
  });
}

function notMergeable(group: readonly string[], path: Path, members: ReadonlySet<Wave>): readonly Finding[] {
  const refuse = (detail: string, hint: string): Finding[] => [
    { code: 'inventory-merge', path, detail, hint },
  ];
  if (group.length < 2) return refuse('a group needs at least two waves', 'add a wave, or remove the group');
  const meant = wavesOfGroup(group);
  const order = 'name waves of one stage in their order, with none left out between them';
  if (meant === undefined) return refuse(`${group.join(', ')} are not waves of one stage in order`, order);
  if (meant.includes('destroyed/services')) {
    const detail = 'services releases the protection of what the later waves of destroyed remove';
    return refuse(detail, 'leave services out of the group: it is an update of its own');
  }
  try {
    planOf(members, [meant]);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(`between ${group.join(', ')} lies a wave that this system has`, order);
  }
}

export const mergesAreNeighbours = rule(
  'only neighbouring waves are merged',
  ['together', ...memberSections],
  (inventory) => {
    const members = membersOf(inventory);
    return inventory.together.flatMap((group, i) => {
      const path = ['together', i];
      const unknown = unknownNames(group, path);
      return unknown.length > 0 ? unknown : notMergeable(group, path, members);
    });
  },
);

export const aWaveIsMergedOnce = rule('a wave is merged once', ['together'], ({ together }) => {
  const all = together.flatMap((group, i) =>
    (wavesOfGroup(group) ?? []).map((wave, j) => ({ text: wave, path: ['together', i, j] })),
  );
  return repeated(all).map(({ text, path }) => ({
    code: 'inventory-merge',
    path,
    detail: `${text} is in an earlier group too`,
    hint: 'write all waves that go together as one group',
  }));
});
