/**
 * stacks: one file per stage with its postures as data, the table that joins them, and the function that builds the components of an
 * inventory for one of them. Stack configurations (Pulumi.<stack>.yaml) live here too.
 */
export { build, type Built, creations } from './build.ts';
export { postures } from './postures.ts';
