/** Tests run as ES modules (npm scripts pass --experimental-vm-modules), shuffled, compiled by swc. */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.sandbox', '<rootDir>/.tools'],
};

/** The long tests (`*.long.test.ts`, and files that have longer variants) run with FULL=1 and in `npm run test:full`, the others without. */
const full = process.env.FULL !== undefined;
const long = '**/*.long.test.ts';
const withVariants = [
  'auth0-storms',
  'clock',
  'commands',
  'faults',
  'moves',
  'mutations',
  'program-faults',
].map((name) => `**/${name}.test.ts`);
const chosen = full ? [long, ...withVariants] : ['**/!(*.long).test.ts'];
const within = (directory) => chosen.map((pattern) => `<rootDir>/${directory}/${pattern}`);

export default {
  randomize: true,
  maxWorkers: 2,
  // On a machine that does other things, too, a moment is longer.
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: within('tests'),
      testPathIgnorePatterns: ['<rootDir>/tests/engine/', '<rootDir>/tests/systems/'],
    },
    {
      ...common,
      displayName: 'systems',
      testMatch: within('tests/systems'),
      globalSetup: '<rootDir>/tests/sandbox-setup.ts',
      globalTeardown: '<rootDir>/tests/sandbox-teardown.ts',
    },
    {
      ...common,
      displayName: 'engine',
      testMatch: within('tests/engine'),
      globalSetup: '<rootDir>/tests/sandbox-setup.ts',
      globalTeardown: '<rootDir>/tests/sandbox-teardown.ts',
    },
  ],
};
