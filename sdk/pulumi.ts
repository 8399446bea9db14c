/**
 * What the program needs of Pulumi's SDK before the gate has answered, file by file: the package as a whole also loads its automation
 * API with a client of npm in it, and that can wait. The components load it, while the gate is asked.
 */
export { Config } from '@pulumi/pulumi/config.js';
export { getOrganization, getProject, getStack } from '@pulumi/pulumi/metadata.js';
export type { Input, Output } from '@pulumi/pulumi/output.js';
export {
  CustomResource,
  type CustomResourceOptions,
  mergeOptions,
  type Resource,
  ResourceHook,
} from '@pulumi/pulumi/resource.js';
export { invoke } from '@pulumi/pulumi/runtime/invoke.js';
export { isDryRun } from '@pulumi/pulumi/runtime/settings.js';
export { registerResourceTransform } from '@pulumi/pulumi/runtime/stack.js';
